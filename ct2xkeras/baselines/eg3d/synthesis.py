"""Style-driven synthesis (StyleGAN2, Karras et al. 2020): features that grow, and their pictures.

Each resolution adds its own picture to the enlarged one of the resolution before ("skip").
"""

import keras
from keras import ops

from ct2xkeras.baselines.eg3d.equalized import EqualizedDense, activated
from ct2xkeras.baselines.eg3d.filtering import smoothed
from ct2xkeras.layers import modulated_conv, upsample
from ct2xkeras.layers.modulated_conv import same_conv


def doubling_conv(features, kernel):
    """Transposed convolution of stride 2, then the binomial filter: height and width double.

    Args:
        features: (batch, height, width, channels_in).
        kernel: (3, 3, channels_in, channels_out).
    """
    raised = ops.conv_transpose(
        features, ops.transpose(kernel, [0, 1, 3, 2]), strides=2, padding="valid"
    )
    return 4 * smoothed(raised, pad=1)  # three of four places were zeros


@keras.saving.register_keras_serializable(package="ct2xkeras")
class StyledConv(keras.layers.Layer):
    """Modulated 3 x 3 convolution with noise, bias and LeakyReLU.

    Args:
        filters: number of output channels.
        double: whether height and width double.
        noise: whether noise may enter, at a learned strength that starts at 0.

    Call arguments:
        features: (batch, height, width, channels).
        code: (batch, code_size).
        noise: of the output's height and width, (batch, height, width, 1), or None.

    Returns:
        (batch, height, width, filters), or twice the height and width.
    """

    def __init__(self, filters, double=False, noise=True, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.double = double
        self.noise = noise

    def build(self, features_shape, code_shape, noise_shape=None):
        channels = features_shape[-1]
        self.kernel = self.add_weight(
            name="kernel",
            shape=(3, 3, channels, self.filters),
            initializer=keras.initializers.RandomNormal(stddev=1.0),  # demodulated
        )
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")
        if self.noise:
            self.strength = self.add_weight(name="strength", shape=(), initializer="zeros")
        self.scale = EqualizedDense(
            channels, initial_bias=1.0, name="scale", dtype=self.dtype_policy
        )
        self.scale.build(code_shape)

    def call(self, features, code, noise=None):
        def cast(weight):
            return ops.cast(weight, self.compute_dtype)

        convolve = doubling_conv if self.double else same_conv
        values = modulated_conv(features, cast(self.kernel), self.scale(code), convolve=convolve)
        if noise is not None:
            values = values + cast(self.strength) * cast(noise)
        return activated(values + cast(self.bias), "leaky_relu")

    def compute_output_shape(self, features_shape, code_shape, noise_shape=None):
        times = 2 if self.double else 1
        sides = [side and times * side for side in features_shape[1:3]]
        return (features_shape[0], *sides, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "double": self.double,
            "noise": self.noise,
        }


@keras.saving.register_keras_serializable(package="ct2xkeras")
class ToPicture(keras.layers.Layer):
    """Modulated 1 x 1 convolution without demodulation: features to picture channels.

    Args:
        channels: of the picture.

    Call arguments:
        features: (batch, height, width, channels_in).
        code: (batch, code_size).

    Returns:
        (batch, height, width, channels), float32.
    """

    def __init__(self, channels, **kwargs):
        super().__init__(**kwargs)
        self.channels = channels

    def build(self, features_shape, code_shape):
        width = features_shape[-1]
        self.kernel = self.add_weight(
            name="kernel",
            shape=(1, 1, width, self.channels),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
        )
        self.bias = self.add_weight(name="bias", shape=(self.channels,), initializer="zeros")
        self.gain = width**-0.5
        self.scale = EqualizedDense(width, initial_bias=1.0, name="scale", dtype=self.dtype_policy)
        self.scale.build(code_shape)

    def call(self, features, code):
        scaled = features * (self.gain * self.scale(code))[:, None, None, :]
        values = same_conv(scaled, ops.cast(self.kernel, self.compute_dtype))
        return ops.cast(values, "float32") + ops.cast(self.bias, "float32")

    def compute_output_shape(self, features_shape, code_shape):
        return (*features_shape[:-1], self.channels)

    def get_config(self):
        return {**super().get_config(), "channels": self.channels}


@keras.saving.register_keras_serializable(package="ct2xkeras")
class SynthesisBlock(keras.layers.Layer):
    """Two styled convolutions and the picture of one resolution.

    Args:
        filters: of both convolutions.
        channels: of the picture.
        double: whether height and width double.
        noise: see `StyledConv`.

    Call arguments:
        features: (batch, height, width, channels_in).
        picture: (batch, height, width, channels), of the resolution before.
        codes: three of (batch, code_size): of both convolutions and of the picture.
        noises: of both convolutions, or None each.

    Returns:
        features (batch, h, w, filters) and picture (batch, h, w, channels), float32.
    """

    def __init__(self, filters, channels, double=True, noise=True, **kwargs):
        super().__init__(autocast=False, **kwargs)  # pictures add up in float32
        self.filters = filters
        self.channels = channels
        self.double = double
        self.noise = noise

    def build(self, features_shape, code_shape):
        common = {"dtype": self.dtype_policy}
        self.first, self.second = (
            StyledConv(self.filters, double, self.noise, name=name, **common)
            for name, double in (("first", self.double), ("second", False))
        )
        self.to_picture = ToPicture(self.channels, name="to_picture", **common)
        self.first.build(features_shape, code_shape)
        inner = (*features_shape[:-1], self.filters)
        self.second.build(inner, code_shape)
        self.to_picture.build(inner, code_shape)

    def call(self, features, picture, codes, noises=(None, None)):
        features = self.first(features, codes[0], noises[0])
        features = self.second(features, codes[1], noises[1])
        below = upsample(picture) if self.double else picture
        return features, below + self.to_picture(features, codes[2])

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "channels": self.channels,
            "double": self.double,
            "noise": self.noise,
        }
