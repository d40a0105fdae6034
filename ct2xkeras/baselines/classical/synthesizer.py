"""The classical pipelines behind the interface of all methods."""

import math

import keras
from keras import ops

from ct2xkeras.baselines.classical.development import develop, sharpen
from ct2xkeras.baselines.classical.exposure import expose, material_thickness
from ct2xkeras.baselines.classical.histogram_matching import grey_quantiles, match_histogram
from ct2xkeras.baselines.classical.presets import resolve
from ct2xkeras.geometry import POSE_FIELDS
from ct2xkeras.models.view_synthesizer import ViewSynthesizer
from ct2xkeras.projection.physics import RadiographSettings

_SPACING = POSE_FIELDS.index("row_spacing")  # between columns follows


@keras.saving.register_keras_serializable(package="ct2xkeras")
class ClassicalSynthesizer(ViewSynthesizer):
    """X-rays without a network: the DRR, the DRR matched to a reference, or simulated physics.

    Args:
        architecture: a `ClassicalArchitecture`, its fields, or the name of a preset.
    """

    resolve = staticmethod(resolve)

    def build_networks(self):
        """Nothing: there are none."""

    def read_style(self, image):
        if self.architecture.kind != "matched":
            return super().read_style(image)
        return grey_quantiles(image, ops.ones_like(image), self.architecture.style_size)

    def draw(
        self, content_code, volume, spacing, poses, style_code, volume_index, seeds, drr, coverage
    ):
        if self.architecture.kind == "drr":
            return drr
        pixel_spacing = poses[:, _SPACING : _SPACING + 2]
        if self.architecture.kind == "matched":
            return self._matched(drr, coverage, pixel_spacing, style_code)
        thickness = material_thickness(volume, spacing, poses, drr.shape[1:3], volume_index)
        settings = radiograph_settings(self.architecture)
        log_signal = expose(thickness, pixel_spacing, settings, seeds)
        return develop(log_signal, pixel_spacing, settings)

    def _matched(self, drr, coverage, pixel_spacing, style_code):
        # Sharpened first, so that the picture ends up with the reference's grey values.
        arch = self.architecture
        sharp = sharpen(drr, arch.edge_enhancement, arch.edge_width / pixel_spacing)
        return match_histogram(ops.clip(sharp, -1, 1), coverage, style_code)


def radiograph_settings(architecture):
    """The `RadiographSettings` that an architecture of kind `physics` states."""
    return RadiographSettings(
        kvp=architecture.kvp,
        filtration=architecture.filtration,
        scatter_to_primary=architecture.scatter_to_primary,
        scatter_width=architecture.scatter_width,
        photons=architecture.photons or math.inf,
        blur=architecture.blur,
        equalization=architecture.equalization,
        edge_enhancement=architecture.edge_enhancement,
        edge_width=architecture.edge_width,
        window=(architecture.window_low, architecture.window_high),
        toe=architecture.toe,
        contrast=architecture.contrast,
        gamma=architecture.gamma,
    )
