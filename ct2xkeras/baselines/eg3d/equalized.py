"""Dense layers and convolutions at an equalised learning rate (Karras et al. 2018, section 4.1).

Weights are stored at unit variance and scaled at run time, so that Adam, whose steps know nothing
of a weight's scale, moves each by the same share of itself.
"""

import keras
from keras import ops

SLOPE = 0.2
GAIN = 2.0**0.5  # keeps the variance through LeakyReLU


def activated(values, activation):
    """Values through `leaky_relu` at kept variance, or as they are (None)."""
    return values if activation is None else GAIN * ops.leaky_relu(values, SLOPE)


class Equalized(keras.layers.Layer):
    """Base: a kernel ~ N(0, 1) / rate, used times `rate / sqrt(fan_in)`, and a bias times `rate`.

    Args:
        units: number of output channels.
        activation: `leaky_relu` or None.
        use_bias: whether there is a bias.
        initial_bias: its effective value at first.
        rate: multiplier of the learning rate of all weights.
    """

    def __init__(self, units, activation=None, use_bias=True, initial_bias=0.0, rate=1.0, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = activation
        self.use_bias = use_bias
        self.initial_bias = initial_bias
        self.rate = rate

    def make_weights(self, kernel_shape):
        """Kernel (..., channels, units) and bias."""
        fan_in = 1
        for length in kernel_shape[:-1]:
            fan_in *= length
        self.gain = self.rate / fan_in**0.5
        normal = keras.initializers.RandomNormal(stddev=1 / self.rate)
        self.kernel = self.add_weight(name="kernel", shape=kernel_shape, initializer=normal)
        self.bias = None
        if self.use_bias:
            constant = keras.initializers.Constant(self.initial_bias / self.rate)
            self.bias = self.add_weight(name="bias", shape=(self.units,), initializer=constant)

    def scaled_kernel(self):
        return ops.cast(self.kernel, self.compute_dtype) * self.gain

    def finished(self, values):
        """Values with bias and activation."""
        if self.bias is not None:
            values = values + ops.cast(self.bias, self.compute_dtype) * self.rate
        return activated(values, self.activation)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "activation": self.activation,
            "use_bias": self.use_bias,
            "initial_bias": self.initial_bias,
            "rate": self.rate,
        }


@keras.saving.register_keras_serializable(package="ct2xkeras")
class EqualizedDense(Equalized):
    """Dense layer at an equalised learning rate; arguments as `Equalized`.

    Call arguments:
        values: (batch, channels).

    Returns:
        (batch, units).
    """

    def build(self, values_shape):
        self.make_weights((values_shape[-1], self.units))

    def call(self, values):
        return self.finished(ops.matmul(values, self.scaled_kernel()))

    def compute_output_shape(self, values_shape):
        return (*values_shape[:-1], self.units)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class EqualizedConv2D(Equalized):
    """Convolution at an equalised learning rate, at the same size or halving what was widened.

    Args:
        kernel_size: side of the square kernel.
        strides: 1 keeps height and width; 2 takes every second place that the kernel fits into.
        kwargs: as `Equalized`.

    Call arguments:
        images: (batch, height, width, channels).

    Returns:
        (batch, height, width, units); for strides 2 half of the height and width less the kernel's.
    """

    def __init__(self, units, kernel_size=3, strides=1, **kwargs):
        super().__init__(units, **kwargs)
        self.kernel_size = kernel_size
        self.strides = strides

    def build(self, images_shape):
        self.make_weights((self.kernel_size, self.kernel_size, images_shape[-1], self.units))

    @property
    def padding(self):
        return "same" if self.strides == 1 else "valid"

    def call(self, images):
        kernel = self.scaled_kernel()
        return self.finished(ops.conv(images, kernel, strides=self.strides, padding=self.padding))

    def compute_output_shape(self, images_shape):
        batch, *sides, _ = images_shape
        if self.strides == 2:
            sides = [side and (side - self.kernel_size) // 2 + 1 for side in sides]
        return (batch, *sides, self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "strides": self.strides,
        }
