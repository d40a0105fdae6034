"""Discriminator of pictures: residual, of patches or of whole pictures with minibatch deviation."""

import math

import keras
from keras import ops

from ct2xkeras.layers import MinibatchDeviation, ResidualBlock
from ct2xkeras.models.presets import resolve_architecture


@keras.saving.register_keras_serializable(package="ct2xkeras")
class Discriminator(keras.layers.Layer):
    """Tells real pictures from synthesised ones.

    With `patch_halvings` it judges patches (Isola et al. 2017), each by its own logit: 24 pixels
    square after three halvings. Whole pictures it would tell apart by how the body lies in them,
    which is the CT's and not for the generator to change.

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Call arguments:
        image: (batch, height, width, 1) in [-1, 1].

    Returns:
        Logits, float32, (batch, h, w) of patches, or (batch,); above `UNDECIDED` of the loss's
        form means real.
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(**kwargs)
        self.architecture = resolve_architecture(architecture)

    def build(self, image_shape):
        patches = self.architecture.patch_halvings
        first, *widths = self.architecture.discriminator_filters
        widths = [*widths, widths[-1]]
        common = {"dtype": self.dtype_policy}
        self.stem = keras.layers.Conv2D(
            first, 3, padding="same", activation="leaky_relu", name="stem", **common
        )
        self.blocks = [
            ResidualBlock(width, halve=True, name=f"block_{index}", **common)
            for index, width in enumerate(widths[: patches or None])
        ]
        self.whole = [] if patches else self._layers_of_whole_pictures(widths[-1], common)
        side = self.architecture.image_size
        shape = (None, side, side, 1)
        for layer in (self.stem, *self.blocks, *self.whole):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        if not patches:
            shape = (None, 1, 1, math.prod(shape[1:]))
        self.num_features = shape[-1]
        self.logit = keras.layers.Dense(1, name="logit", dtype="float32")
        self.logit.build(shape)

    def _layers_of_whole_pictures(self, width, common):
        deviation = MinibatchDeviation(
            self.architecture.deviation_group, name="deviation", **common
        )
        last = keras.layers.Conv2D(
            width, 3, padding="same", activation="leaky_relu", name="last", **common
        )
        return [deviation, last]

    def call(self, image):
        features = ops.cast(image, self.compute_dtype)
        for layer in (self.stem, *self.blocks, *self.whole):
            features = layer(features)
        features = ops.cast(features, "float32")
        if self.architecture.patch_halvings:
            return self.logit(features)[..., 0]
        return self.logit(ops.reshape(features, [-1, self.num_features]))[:, 0]

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}
