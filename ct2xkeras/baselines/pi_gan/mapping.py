"""From a latent to the frequencies and phases of sine layers (pi-GAN, section 3.1)."""

import keras
from keras import ops

from ct2xkeras.baselines.pi_gan.uniform_start import fan_in_bias

SLOPE = 0.2
LAST_GAIN = 0.25  # of the last layer's weights: all latents start alike


def frequencies_and_phases(latents, sine_layers):
    """What modulates each sine layer: `frequency = 15 l + 30`, `phase = l'`.

    Args:
        latents: (n, 2 * sine_layers * hidden), of `MappingNetwork`: frequencies, then phases.

    Returns:
        frequencies and phases, (n, sine_layers, hidden) each.
    """
    hidden = latents.shape[-1] // (2 * sine_layers)
    both = ops.reshape(latents, [-1, 2, sine_layers, hidden])
    return 15 * both[:, 0] + 30, both[:, 1]


def he_normal(gain=1.0):
    """He's normal start for a leaky rectifier, weights times `gain`."""
    return keras.initializers.VarianceScaling(
        2 * gain**2 / (1 + SLOPE**2), "fan_in", "untruncated_normal"
    )


@keras.saving.register_keras_serializable(package="ct2xkeras.pi_gan")
class MappingNetwork(keras.layers.Layer):
    """Dense layers with LeakyReLU, and a last one without; always float32.

    Args:
        width, num_layers: of the layers before the last one.
        units: numbers that come out.

    Call arguments:
        z: (n, latent_size).

    Returns:
        (n, units).
    """

    def __init__(self, width, num_layers, units, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.width = width
        self.num_layers = num_layers
        self.units = units

    def build(self, z_shape):
        sizes = [z_shape[-1]] + self.num_layers * [self.width] + [self.units]
        gains = self.num_layers * [1.0] + [LAST_GAIN]
        self.dense = []
        for index, gain in enumerate(gains):
            layer = keras.layers.Dense(
                sizes[index + 1],
                kernel_initializer=he_normal(gain),
                bias_initializer=fan_in_bias(sizes[index]),
                name=f"dense_{index}",
                dtype="float32",
            )
            layer.build((None, sizes[index]))
            self.dense.append(layer)

    def call(self, z):
        hidden = z
        for layer in self.dense[:-1]:
            hidden = ops.leaky_relu(layer(hidden), SLOPE)
        return self.dense[-1](hidden)

    def get_config(self):
        return {
            **super().get_config(),
            "width": self.width,
            "num_layers": self.num_layers,
            "units": self.units,
        }
