"""pi-GAN's networks: from latents and poses to pictures."""

import functools

import keras
from keras import ops

from ct2xkeras.baselines.fields import box_rays
from ct2xkeras.baselines.generative import GenerativeSynthesizer
from ct2xkeras.baselines.pi_gan.architecture import PiGANArchitecture
from ct2xkeras.baselines.pi_gan.film_siren import FilmSiren
from ct2xkeras.baselines.pi_gan.mapping import MappingNetwork
from ct2xkeras.baselines.pi_gan.presets import PRESETS
from ct2xkeras.baselines.pi_gan.rendering import FIXED, Rays, in_pieces, render
from ct2xkeras.models.presets import resolve_architecture
from ct2xkeras.projection.rays import rescale_pixels


@keras.saving.register_keras_serializable(package="ct2xkeras")
class PiGANSynthesizer(GenerativeSynthesizer):
    """Mapping network and radiance field of pi-GAN; the CT tells the room, not the patient.

    The extended latents, which are the content code too, are the frequencies and phases of all sine
    layers, (n, 2 * sine_layers * hidden).

    Args:
        architecture: a `PiGANArchitecture`, its fields, or the name of a preset.

    Call arguments and results: see `ViewSynthesizer`.
    """

    resolve = staticmethod(
        functools.partial(resolve_architecture, kind=PiGANArchitecture, presets=PRESETS)
    )

    def __init__(self, architecture, **kwargs):
        super().__init__(architecture, **kwargs)
        arch, common = self.architecture, {"dtype": self.dtype_policy}
        codes = 2 * arch.sine_layers * arch.hidden
        self.mapping = MappingNetwork(
            arch.mapping_width, arch.mapping_layers, codes, name="mapping", **common
        )
        grey = arch.render == "alpha"
        self.field = FilmSiren(arch.hidden, arch.layers, grey=grey, name="field", **common)

    def build_networks(self):
        self.mapping.build((None, self.latent_size))
        self.field.build()
        self.latent_mean = self.add_weight(
            name="latent_mean",
            shape=(1, self.mapping.units),
            initializer="zeros",
            trainable=False,
            aggregation="mean",
        )

    # ------------------------------------------------------------------ latents

    @property
    def latent_size(self):
        return self.architecture.latent_size

    @property
    def content_shapes(self):
        return [(self.mapping.units,)]

    def latents_of(self, z):
        return self.mapping(z)

    def mean_latents(self):
        return ops.convert_to_tensor(self.latent_mean)

    def code_of(self, latents):
        return [latents]

    # ------------------------------------------------------------------ pictures

    def rays(self, spacing, poses, volume_index, side):
        """`Rays` of views whose pictures are `side` pixels wide, in the same field of view."""
        arch = self.architecture
        poses = rescale_pixels(poses, arch.image_size / side)
        parts = box_rays(poses, spacing, arch.volume_size, (side, side), volume_index)
        return Rays(*parts[:4])

    def paint(self, latents, rays, draws=FIXED, fine=True):
        """Pictures (views, rows, columns, 1) of latents (views, ...) along `Rays`.

        Args:
            draws: what is random; by default nothing is.
            fine: whether the fine samples are taken.
        """
        arch = self.architecture
        num_fine = arch.fine_samples if fine else 0
        field = functools.partial(self.field, latents)
        return render(field, rays, arch.coarse_samples, num_fine, arch.render, draws)

    def draw(
        self, content_code, volume, spacing, poses, style_code, volume_index, seeds, drr, coverage
    ):
        arch = self.architecture
        latents = ops.take(content_code[0], volume_index, axis=0)
        rays = self.rays(spacing, poses, volume_index, arch.image_size)
        return in_pieces(self.paint, latents, rays, arch.coarse_samples + arch.fine_samples)

    def draw_for_fit(self, content_code, spacing, poses, volume_index):
        """Pictures of half the size by coarse samples only, for a search of latents."""
        latents = ops.take(content_code[0], volume_index, axis=0)
        rays = self.rays(spacing, poses, volume_index, self.architecture.image_size // 2)
        return self.paint(latents, rays, fine=False)
