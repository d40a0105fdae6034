"""Modulated convolution (StyleGAN2, Karras et al. 2020, section 2.2), in its non-fused form."""

import keras
from keras import ops

EPSILON = 1e-8
SLOPE = 0.2
GAIN = 2.0**0.5  # keeps the variance through LeakyReLU


def same_conv(features, kernel):
    """Convolution that keeps height and width."""
    return ops.conv(features, kernel, padding="same")


def modulated_conv(features, kernel, style, gain=1.0, convolve=same_conv):
    """Convolve with a kernel scaled by the style, outputs back at unit variance times `gain`.

    Scaling the features instead of the kernel gives the same result, keeps one kernel for the whole
    batch, and so stays fast on every device and for every batch size.

    Args:
        features: (batch, height, width, channels_in).
        kernel: (size, size, channels_in, channels_out).
        style: (batch, channels_in), about 1.
        gain: factor of the result.
        convolve: function of features and kernel, linear in both; may change height and width.

    Returns:
        (batch, height, width, channels_out), same height and width.
    """
    scaled = features * style[:, None, None, :]
    # The energy is a sum over many squares: in bfloat16 it would lose its last bits.
    squares = ops.square(ops.cast(style, "float32"))
    energy = ops.matmul(squares, ops.sum(ops.square(ops.cast(kernel, "float32")), axis=(0, 1)))
    demodulation = ops.cast(gain * ops.rsqrt(energy + EPSILON), features.dtype)
    return convolve(scaled, kernel) * demodulation[:, None, None, :]


@keras.saving.register_keras_serializable(package="ct2xkeras")
class ModulatedConv2D(keras.layers.Layer):
    """Style-driven convolution with LeakyReLU of the generator `G` (figure 2 of the paper).

    The style code is mapped to one scale for each input channel and one shift for each output
    channel. Without the shift a style cannot move the picture's mean, and the generator's response
    to it was found to stay weak. Noise enters before the activation with a learned strength that
    starts at 0.

    Args:
        filters: number of output channels.
        kernel_size: side of the square kernel.

    Call arguments:
        features: (batch, height, width, channels).
        style_code: (batch, style_size).
        noise: (batch, height, width, 1) of unit variance, or None.

    Returns:
        (batch, height, width, filters).
    """

    def __init__(self, filters, kernel_size=3, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size

    def build(self, features_shape, style_code_shape, noise_shape=None):
        channels = features_shape[-1]
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.kernel_size, self.kernel_size, channels, self.filters),
            initializer="he_normal",
        )
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")
        self.scale = keras.layers.Dense(
            channels, bias_initializer="ones", name="scale", dtype=self.dtype_policy
        )
        self.shift = keras.layers.Dense(
            self.filters,
            kernel_initializer="zeros",
            use_bias=False,
            name="shift",
            dtype=self.dtype_policy,
        )
        for dense in (self.scale, self.shift):
            dense.build(style_code_shape)
        self.noise_strength = None
        if noise_shape is not None:
            self.noise_strength = self.add_weight(
                name="noise_strength", shape=(), initializer="zeros"
            )

    def call(self, features, style_code, noise=None):
        def cast(weight):
            return ops.cast(weight, self.compute_dtype)

        # LeakyReLU keeps factors: the gain is cheaper on the small tensors before it.
        convolved = modulated_conv(features, cast(self.kernel), self.scale(style_code), GAIN)
        shift = GAIN * (cast(self.bias) + self.shift(style_code))
        result = convolved + shift[:, None, None, :]
        if noise is not None:
            result = result + cast(noise) * cast(GAIN * self.noise_strength)
        return ops.leaky_relu(result, SLOPE)

    def compute_output_shape(self, features_shape, style_code_shape, noise_shape=None):
        return (*features_shape[:-1], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
        }
