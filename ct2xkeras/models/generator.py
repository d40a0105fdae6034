"""Generator `G` (figure 2): content of a view and a style code to a picture."""

import keras
from keras import ops

from ct2xkeras.layers import (
    CharacteristicCurve,
    EdgeEnhancement,
    ModulatedConv2D,
    pixel_noise,
    upsample,
)
from ct2xkeras.models.presets import resolve_architecture


@keras.saving.register_keras_serializable(package="ct2xkeras")
class Generator(keras.layers.Layer):
    """Modulated-convolution synthesis (StyleGAN2 family) from a view's content.

    The picture is the DRR through the style's characteristic curve plus a residual of the
    convolutions, its edges enhanced as the style asks. The output is linear and starts as the DRR
    plus a small residual. A `tanh` lost to the discriminator within 100 steps and never came back.

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Call arguments:
        contents: view content of `PoseAttention`, coarsest first.
        drr: (views, height, width, 1) in [-1, 1].
        style_code: (views, style_size).
        seeds: (views,) integers, of the pixel noise; without them there is none.

    Returns:
        (views, height, width, 1), about [-1, 1], float32.
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(autocast=False, **kwargs)  # the DRR enters the picture as it is
        self.architecture = resolve_architecture(architecture)

    def build(self, contents_shape, drr_shape, style_code_shape, seeds_shape=None):
        arch = self.architecture
        below = 0
        self.convolutions = []  # two for each resolution
        # The second one narrows to the next resolution's width, where convolutions cost four times.
        following = (*arch.filters[1:], arch.filters[-1])
        noise_shape = (None, None, None, 1) if arch.noise else None
        for level, (width, narrowed) in enumerate(zip(arch.filters, following, strict=True)):
            plan = (("first", width, arch.view_filters[level] + below), ("second", narrowed, width))
            for name, filters, channels in plan:
                layer = ModulatedConv2D(filters, name=f"{name}_{level}", dtype=self.dtype_policy)
                layer.build((None, None, None, channels), (None, arch.style_size), noise_shape)
                self.convolutions.append(layer)
            below = narrowed
        self.residual_map = keras.layers.Conv2D(
            1,
            1,
            kernel_initializer=keras.initializers.RandomNormal(stddev=0.01),
            name="residual_map",
            dtype="float32",
        )
        self.residual_map.build((None, None, None, below))
        self.curve = None
        if arch.curve_knots:
            self.curve = CharacteristicCurve(arch.curve_knots, name="curve", dtype="float32")
            self.curve.build(drr_shape, (None, arch.style_size))
        self.enhancement = None
        if arch.edge_bands:
            self.enhancement = EdgeEnhancement(arch.edge_bands, name="enhancement", dtype="float32")
            self.enhancement.build(drr_shape, (None, arch.style_size))

    def call(self, contents, drr, style_code, seeds=None):
        styles = ops.cast(style_code, self.compute_dtype)
        features = None
        for level, content in enumerate(contents):
            features = content if features is None else join(upsample(features), content)
            noises = self._noises(seeds, level, features)
            for layer, noise in zip(self.convolutions[2 * level :], noises, strict=False):
                features = layer(features, styles, noise)
        device_style = ops.cast(style_code, "float32")
        base = ops.cast(drr, "float32")
        if self.curve:
            base = self.curve(base, device_style)
        picture = base + self.residual_map(ops.cast(features, "float32"))
        return self.enhancement(picture, device_style) if self.enhancement else picture

    def _noises(self, seeds, level, features):
        """Pixel noise for both convolutions of a resolution."""
        if seeds is None or not self.architecture.noise:
            return None, None
        streams = (2 * level, 2 * level + 1)
        return ops.split(pixel_noise(seeds, streams, *features.shape[1:3]), 2, axis=-1)

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}


def join(features, content):
    """Features beside the content of their resolution, along the channels."""
    return ops.concatenate([features, content], axis=-1)
