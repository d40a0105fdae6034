"""Generator `G` (figure 2): content of a view and a style code to a picture."""

import keras
from keras import ops

from ct2xkeras.layers import ModulatedConv2D, upsample
from ct2xkeras.models.architecture import resolve_architecture

SLOPE = 0.2
GAIN = 2.0**0.5


@keras.saving.register_keras_serializable(package="ct2xkeras")
class Generator(keras.layers.Layer):
    """Modulated-convolution synthesis (StyleGAN2 family) from a view's content.

    The output is linear and starts as the DRR plus a small residual. A `tanh` lost to the
    discriminator within 100 steps and never came back.

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Call arguments:
        contents: view content of `PoseAttention`, coarsest first.
        drr: (views, height, width, 1) in [-1, 1].
        style_code: (views, style_size).

    Returns:
        (views, height, width, 1), about [-1, 1], float32.
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(**kwargs)
        self.architecture = resolve_architecture(architecture)

    def build(self, contents_shape, drr_shape, style_code_shape):
        arch = self.architecture
        below = 0
        self.convolutions = []  # two for each resolution
        # The second one narrows to the next resolution's width, where convolutions cost four times.
        following = (*arch.filters[1:], arch.filters[-1])
        for level, (width, narrowed) in enumerate(zip(arch.filters, following, strict=True)):
            plan = (("first", width, arch.view_filters[level] + below), ("second", narrowed, width))
            for name, filters, channels in plan:
                layer = ModulatedConv2D(filters, name=f"{name}_{level}", dtype=self.dtype_policy)
                layer.build((None, None, None, channels), (None, arch.style_size))
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

    def call(self, contents, drr, style_code):
        style_code = ops.cast(style_code, self.compute_dtype)
        features = None
        for level, content in enumerate(contents):
            if features is None:
                features = content
            else:
                features = ops.concatenate([upsample(features), content], axis=-1)
            for layer in self.convolutions[2 * level : 2 * level + 2]:
                features = ops.leaky_relu(layer(features, style_code), SLOPE) * GAIN
        return ops.cast(drr, "float32") + self.residual_map(ops.cast(features, "float32"))

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}
