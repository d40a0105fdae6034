"""EG3D's networks: latents to planes, and planes at a pose to an X-ray."""

import functools

import keras
from keras import ops

from ct2xkeras.baselines.eg3d.architecture import EG3DArchitecture
from ct2xkeras.baselines.eg3d.backbone import Backbone
from ct2xkeras.baselines.eg3d.decoder import FieldDecoder
from ct2xkeras.baselines.eg3d.mapping import MappingNetwork
from ct2xkeras.baselines.eg3d.presets import PRESETS
from ct2xkeras.baselines.eg3d.rendering import render
from ct2xkeras.baselines.eg3d.super_resolution import SuperResolution
from ct2xkeras.baselines.eg3d.tri_planes import AXES, sample_planes
from ct2xkeras.baselines.fields import box_rays
from ct2xkeras.baselines.generative import GenerativeSynthesizer
from ct2xkeras.baselines.one_by_one import one_by_one
from ct2xkeras.layers import pose_features
from ct2xkeras.layers.pose_embedding import NUM_FEATURES
from ct2xkeras.models.presets import resolve_architecture
from ct2xkeras.projection.rays import rescale_pixels


@keras.saving.register_keras_serializable(package="ct2xkeras")
class EG3DSynthesizer(GenerativeSynthesizer):
    """EG3D (Chan et al. 2022) on one grey channel, seen by a C-arm.

    The field fills the cube around a volume's box. A content code is [planes, w of the
    super-resolution]; noise of the backbone belongs to the planes and is always the same after
    training.

    Args:
        architecture: an `EG3DArchitecture`, its fields, or the name of a preset.

    Call arguments and results: see `ViewSynthesizer`.
    """

    resolve = staticmethod(
        functools.partial(resolve_architecture, kind=EG3DArchitecture, presets=PRESETS)
    )

    def __init__(self, architecture, **kwargs):
        super().__init__(architecture, **kwargs)
        arch, common = self.architecture, {"dtype": self.dtype_policy}
        self.mapping = MappingNetwork(arch.code_size, arch.mapping_layers, name="mapping", **common)
        channels = len(AXES) * arch.plane_channels
        self.backbone = Backbone(
            arch.backbone_filters(), channels, arch.noise, name="backbone", **common
        )
        self.decoder = FieldDecoder(arch.decoder_width, arch.features, name="decoder", **common)
        sizes = (arch.image_size, arch.enlarged_from, arch.enlarging_filters)
        self.super_resolution = SuperResolution(*sizes, name="super_resolution", **common)

    def build_networks(self):
        arch = self.architecture
        code, side = (None, arch.code_size), arch.neural_size
        label = (None, NUM_FEATURES) if arch.generator_pose else None
        self.mapping.build((None, arch.latent_size), label)
        self.backbone.build((None, arch.num_codes, arch.code_size))
        self.decoder.build((None, arch.plane_channels))
        self.super_resolution.build((None, side, side, arch.features), (None, side, side, 1), code)
        self.mean_code = self._mean("mean_code", arch.code_size)
        self.mean_pose = self._mean("mean_pose", NUM_FEATURES) if arch.generator_pose else None

    def _mean(self, name, length):
        """Numbers that training keeps as a mean over its batches."""
        return self.add_weight(
            name=name, shape=(length,), initializer="zeros", trainable=False, aggregation="mean"
        )

    # ------------------------------------------------------------------ codes

    @property
    def content_shapes(self):
        arch = self.architecture
        side, channels = arch.plane_size, len(AXES) * arch.plane_channels
        return [(side, side, channels), (arch.code_size,)]

    @property
    def latent_size(self):
        return self.architecture.latent_size

    def mapped(self, z, poses=None):
        """Mapped latents w (n, code_size).

        Args:
            z: (n, latent_size).
            poses: (n, 12), for `generator_pose`; None: the mean of training.
        """
        if not self.architecture.generator_pose:
            return self.mapping(z)
        if poses is not None:
            return self.mapping(z, pose_features(poses))
        return self.mapping(z, ops.zeros_like(z[:, :1]) + self.mean_pose)

    def latents_of(self, z):
        """w for each convolution of the backbone, (n, codes, code_size)."""
        return self.for_each_layer(self.mapped(z))

    def mean_latents(self):
        return self.for_each_layer(ops.convert_to_tensor(self.mean_code)[None])

    def for_each_layer(self, code):
        """The same w (n, code_size) for every layer, (n, codes, code_size)."""
        return ops.repeat(code[:, None], self.architecture.num_codes, axis=1)

    def code_of(self, latents, seeds=None):
        """Planes (n, side, side, 3 * channels) and w of the super-resolution (n, code_size).

        Args:
            latents: (n, codes, code_size).
            seeds: (n,) integers, of the backbone's noise; by default 0 for all.
        """
        if seeds is None:
            seeds = ops.zeros_like(latents[:, 0, 0], dtype="int32")
        return [self.backbone(latents, seeds), latents[:, -1]]

    # ------------------------------------------------------------------ views

    def field(self, planes, index):
        """Function of points (N, ..., 3) that gives raw densities (N, ...) and features.

        Args:
            planes: (n, side, side, 3 * channels); index: (N,) integers, which of them.
        """

        def at(points):
            each = ops.reshape(index, [-1, *[1] * (len(points.shape) - 2)])
            return self.decoder(sample_planes(planes, each, points))

        return at

    def rendered(self, code, spacing, poses, volume_index, fractions=(None, None)):
        """The small picture (views, neural, neural, 1) and its features (..., features).

        Args:
            code: of `code_of`; spacing: (n, 3) in mm, of the same volumes.
            poses: (views, 12); volume_index: (views,).
            fractions: see `render`.
        """
        arch = self.architecture
        size = (arch.neural_size, arch.neural_size)
        poses = rescale_pixels(poses, arch.image_size / arch.neural_size)
        rays = box_rays(poses, spacing, arch.volume_size, size, volume_index)[:4]
        field = self.field(code[0], volume_index)
        return render(field, rays, arch.render, arch.coarse_samples, arch.fine_samples, fractions)

    def pictures(self, code, spacing, poses, volume_index, fractions=(None, None)):
        """The final and the small picture of views, all at once; arguments as `rendered`'s."""
        small, features = self.rendered(code, spacing, poses, volume_index, fractions)
        styles = ops.take(code[1], volume_index, axis=0)
        return self.super_resolution(features, small, styles), small

    def draw(
        self, content_code, volume, spacing, poses, style_code, volume_index, seeds, drr, coverage
    ):
        """X-rays from samples at fixed places, one view after the other to bound the memory."""

        def one(view):
            pose, index = view
            return self.pictures(content_code, spacing, pose[None], index[None])[0][0]

        return one_by_one(one, (ops.cast(poses, "float32"), volume_index))
