"""Discriminator of pictures: residual, with minibatch deviation."""

import keras
from keras import ops

from ct2xkeras.layers import MinibatchDeviation, ResidualBlock
from ct2xkeras.models.presets import resolve_architecture


@keras.saving.register_keras_serializable(package="ct2xkeras")
class Discriminator(keras.layers.Layer):
    """Tells real pictures from synthesised ones.

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Call arguments:
        image: (batch, height, width, 1) in [-1, 1].

    Returns:
        Logits (batch,), float32; positive means real.
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(**kwargs)
        self.architecture = resolve_architecture(architecture)

    def build(self, image_shape):
        first, *widths = self.architecture.discriminator_filters
        common = {"dtype": self.dtype_policy}
        self.stem = keras.layers.Conv2D(
            first, 3, padding="same", activation="leaky_relu", name="stem", **common
        )
        self.blocks = [
            ResidualBlock(width, halve=True, name=f"block_{index}", **common)
            for index, width in enumerate([*widths, widths[-1]])
        ]
        self.deviation = MinibatchDeviation(
            self.architecture.deviation_group, name="deviation", **common
        )
        self.last = keras.layers.Conv2D(
            widths[-1], 3, padding="same", activation="leaky_relu", name="last", **common
        )
        side = self.architecture.image_size
        shape = (None, side, side, 1)
        for layer in (self.stem, *self.blocks, self.deviation, self.last):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.flat_size = shape[1] * shape[2] * shape[3]
        self.logit = keras.layers.Dense(1, name="logit", dtype="float32")
        self.logit.build((None, self.flat_size))

    def call(self, image):
        features = self.stem(ops.cast(image, self.compute_dtype))
        for block in self.blocks:
            features = block(features)
        features = self.last(self.deviation(features))
        flat = ops.reshape(ops.cast(features, "float32"), [-1, self.flat_size])
        return self.logit(flat)[:, 0]

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}
