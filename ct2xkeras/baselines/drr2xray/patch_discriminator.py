"""Discriminator of patches (PatchGAN, Isola et al. 2017)."""

import keras
from keras import ops

from ct2xkeras.baselines.drr2xray.convolutions import instance_normalized
from ct2xkeras.baselines.drr2xray.presets import resolve

SLOPE = 0.2


@keras.saving.register_keras_serializable(package="ct2xkeras")
class PatchDiscriminator(keras.layers.Layer):
    """Tells real from synthesised patches, each by its own logit.

    Convolutions of 4 x 4 pixels; all but the last two halve. With 64, 128, 256 and 512 channels a
    logit sees 70 x 70 pixels, as published.

    Args:
        architecture: a `TranslationArchitecture`, its fields, or the name of a preset.

    Call arguments:
        images: (batch, height, width, 1) in [-1, 1].

    Returns:
        Logits (batch, h, w), float32; above `UNDECIDED` of the loss's form means real.
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(**kwargs)
        self.architecture = resolve(architecture)

    def build(self, images_shape):
        widths = self.architecture.discriminator_filters
        channels, self.convolutions = 1, []
        self.normalized = self.architecture.discriminator_normalization == "instance"
        for index, width in enumerate((*widths, 1)):
            convolution = keras.layers.Conv2D(
                width,
                4,
                strides=2 if index < len(widths) - 1 else 1,
                padding="same",
                use_bias=not self.normalized or index in (0, len(widths)),
                name=f"convolution_{index}",
                dtype=self.dtype_policy,
            )
            convolution.build((None, None, None, channels))
            self.convolutions.append(convolution)
            channels = width

    def call(self, images):
        first, *others, last = self.convolutions
        features = ops.leaky_relu(first(ops.cast(images, self.compute_dtype)), SLOPE)
        for convolution in others:
            features = convolution(features)
            features = instance_normalized(features) if self.normalized else features
            features = ops.leaky_relu(features, SLOPE)
        return ops.cast(last(features)[..., 0], "float32")

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}
