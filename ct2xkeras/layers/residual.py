"""Residual block of 2D and 3D convolutions, with or without normalisation and halving."""

import math

import keras
from keras import ops

SLOPE = 0.2
GROUP_CHANNELS = 8


def normalization_layer(kind, channels, **kwargs):
    """`group`: groups of about eight channels, without state; `batch`: over all replicas."""
    if kind == "group":
        groups = math.gcd(channels, max(channels // GROUP_CHANNELS, 1))
        return keras.layers.GroupNormalization(groups=groups, **kwargs)
    if kind == "batch":
        return keras.layers.BatchNormalization(synchronized=True, **kwargs)
    raise ValueError(f"normalization={kind!r}: expected 'group', 'batch' or None.")


@keras.saving.register_keras_serializable(package="ct2xkeras")
class ResidualBlock(keras.layers.Layer):
    """Two convolutions with LeakyReLU beside a 1 x 1 shortcut, scaled to keep the variance.

    Args:
        filters: number of output channels.
        rank: 2 for pictures, 3 for volumes.
        normalization: what follows each convolution: `group`, `batch`, or None for nothing.
        halve: whether the second convolution has stride 2.

    Call arguments:
        features: (batch, *spatial, channels), `rank` spatial axes, even where halved.

    Returns:
        (batch, *spatial, filters), spatial axes halved where asked for.
    """

    def __init__(self, filters, rank=2, normalization=None, halve=False, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.rank = rank
        self.normalization = normalization
        self.halve = halve

    def build(self, features_shape):
        channels = features_shape[-1]
        self.first = self._convolution(channels, 3, 1, "first")
        # Two voxels wide, a halving convolution covers just its coarse voxel. Three wide, its
        # middle would be a quarter of a coarse voxel off, and what the encoder sees with it.
        size, strides = (2, 2) if self.halve else (3, 1)
        self.second = self._convolution(self.filters, size, strides, "second")
        self.shortcut = self._layer(self.filters, 1, use_bias=False, name="shortcut")
        shape = (None,) * (self.rank + 1) + (channels,)
        for layer in (self.first, self.second, self.shortcut):
            layer.build(shape)
        self.norms = []
        for name, width in (("first", channels), ("second", self.filters)):
            if self.normalization:
                norm = normalization_layer(
                    self.normalization, width, name=f"{name}_norm", dtype=self.dtype_policy
                )
                norm.build((*shape[:-1], width))
                self.norms.append(norm)

    def _layer(self, *arguments, **kwargs):
        kind = {2: keras.layers.Conv2D, 3: keras.layers.Conv3D}[self.rank]
        return kind(*arguments, dtype=self.dtype_policy, **kwargs)

    def _convolution(self, filters, size, strides, name):
        kind = {"padding": "same", "kernel_initializer": "he_normal", "name": name}
        return self._layer(filters, size, strides, **kind)

    def call(self, features, training=None):
        hidden = features
        for index, convolution in enumerate((self.first, self.second)):
            hidden = convolution(hidden)
            if self.normalization:
                hidden = self.norms[index](hidden, training=training)
            hidden = ops.leaky_relu(hidden, SLOPE)
        # Means first, then the 1 x 1 shortcut: the same result for a quarter of the work.
        kept = ops.average_pool(features, 2, strides=2) if self.halve else features
        return (hidden + self.shortcut(kept)) * 0.5**0.5

    def compute_output_shape(self, features_shape):
        scale = 2 if self.halve else 1
        spatial = [size and size // scale for size in features_shape[1:-1]]
        return (features_shape[0], *spatial, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "rank": self.rank,
            "normalization": self.normalization,
            "halve": self.halve,
        }
