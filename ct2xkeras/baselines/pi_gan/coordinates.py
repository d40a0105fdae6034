"""Convolutions that know where they are (CoordConv, Liu et al. 2018), as pi-GAN's discriminator has
them."""

import keras
from keras import ops

SLOPE = 0.2


def add_coordinates(features):
    """Two channels more: row and column, from -1 at the first pixel to 1 at the last.

    Args:
        features: (batch, height, width, channels), height and width static, more than 1.
    """
    height, width = features.shape[1:3]
    rows = ops.reshape(ops.linspace(-1.0, 1.0, height), (1, height, 1, 1))
    columns = ops.reshape(ops.linspace(-1.0, 1.0, width), (1, 1, width, 1))
    places = [ops.cast(axis, features.dtype) for axis in (rows, columns)]
    nothing = ops.zeros_like(features[..., :1])
    return ops.concatenate([features, *(place + nothing for place in places)], axis=-1)


def shrink(images, side):
    """Pictures (batch, height, height, channels) at a smaller side, by means of square areas.

    Differentiable to every order; the side divides the height.
    """
    times = images.shape[1] // side
    return images if times == 1 else ops.average_pool(images, times, strides=times)


@keras.saving.register_keras_serializable(package="ct2xkeras.pi_gan")
class CoordResidualBlock(keras.layers.Layer):
    """Two convolutions of features and coordinates beside a shortcut; both halved by means.

    Args:
        filters: number of output channels.

    Call arguments:
        features: (batch, height, width, channels), sides even.

    Returns:
        (batch, height / 2, width / 2, filters), scaled to keep the variance.
    """

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters

    def build(self, features_shape):
        channels = features_shape[-1]
        common = {"dtype": self.dtype_policy, "kernel_initializer": "he_normal"}
        self.convolutions = []
        for name, width in (("first", channels), ("second", self.filters)):
            layer = keras.layers.Conv2D(self.filters, 3, padding="same", name=name, **common)
            layer.build((None, None, None, width + 2))
            self.convolutions.append(layer)
        self.shortcut = None
        if channels != self.filters:
            self.shortcut = keras.layers.Conv2D(self.filters, 1, name="shortcut", **common)
            self.shortcut.build((None, None, None, channels))

    def call(self, features):
        hidden = features
        for convolution in self.convolutions:
            hidden = ops.leaky_relu(convolution(add_coordinates(hidden)), SLOPE)
        half = features.shape[1] // 2
        kept = shrink(features, half)
        if self.shortcut is not None:
            kept = self.shortcut(kept)
        return (shrink(hidden, half) + kept) * 0.5**0.5

    def get_config(self):
        return {**super().get_config(), "filters": self.filters}
