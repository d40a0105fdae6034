"""The radiance field: sine layers with feature-wise modulation (pi-GAN, figure 2)."""

import keras
from keras import ops

from ct2xkeras.baselines.pi_gan.mapping import frequencies_and_phases
from ct2xkeras.baselines.pi_gan.uniform_start import fan_in_bias, first_kernel, sine_kernel


def film_sine(features, kernel, bias, frequencies, phases):
    """`sin(frequency * (W h + b) + phase)` (equation 2).

    Each example's frequencies go into a kernel of its own: a product and a sum for each point are
    saved, which is where the time of narrow layers goes.

    Args:
        features: (n, points, channels_in).
        kernel: (channels_in, channels_out); bias: (channels_out,).
        frequencies, phases: (n, channels_out).

    Returns:
        (n, points, channels_out).
    """
    kernel = kernel * frequencies[:, None, :]
    shift = bias * frequencies + phases
    return ops.sin(ops.matmul(features, kernel) + shift[:, None, :])


@keras.saving.register_keras_serializable(package="ct2xkeras.pi_gan")
class FilmSiren(keras.layers.Layer):
    """Density, and grey as seen from a direction, of points in the box [-1, 1]^3.

    Always float32: at frequencies about 30 a sine's argument has no digits to spare.

    Args:
        hidden: width of the layers.
        num_layers: of the trunk.
        grey: whether there is an emitted grey; it alone depends on the direction.

    Call arguments:
        latents: (n, numbers), of `MappingNetwork`.
        points: (n, rows, columns, samples, 3).
        directions: (n, rows, columns, 3), unit vectors.

    Returns:
        raw density (n, rows, columns, samples), of any sign, and grey
        (n, rows, columns, samples, 1) in (0, 1), or None.
    """

    def __init__(self, hidden, num_layers, grey=True, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.hidden = hidden
        self.num_layers = num_layers
        self.grey = grey

    def build(self, *shapes):
        hidden = self.hidden
        self.trunk = [self._pair("trunk_0", 3, hidden, first_kernel(3))]
        for index in range(1, self.num_layers):
            self.trunk.append(self._pair(f"trunk_{index}", hidden, hidden, sine_kernel(hidden)))
        self.density = self._pair("density", hidden, 1, sine_kernel(hidden))
        if self.grey:
            inputs = hidden + 3
            self.colour = self._pair("colour", inputs, hidden, sine_kernel(inputs))
            self.last = self._pair("grey", hidden, 1, sine_kernel(hidden))

    def _pair(self, name, inputs, units, start):
        return (
            self.add_weight(name=f"{name}_kernel", shape=(inputs, units), initializer=start),
            self.add_weight(name=f"{name}_bias", shape=(units,), initializer=fan_in_bias(inputs)),
        )

    def call(self, latents, points, directions):
        frequencies, phases = frequencies_and_phases(latents, self.num_layers + self.grey)
        size = ops.shape(points)
        features = ops.reshape(points, [size[0], -1, 3])
        for index, (kernel, bias) in enumerate(self.trunk):
            features = film_sine(features, kernel, bias, frequencies[:, index], phases[:, index])
        density = ops.reshape(_linear(features, *self.density), size[:-1])
        if not self.grey:
            return density, None
        towards = ops.broadcast_to(directions[..., None, :], size)
        features = ops.concatenate([ops.reshape(towards, [size[0], -1, 3]), features], axis=-1)
        features = film_sine(features, *self.colour, frequencies[:, -1], phases[:, -1])
        grey = ops.sigmoid(_linear(features, *self.last))
        return density, ops.reshape(grey, (*size[:-1], 1))

    def get_config(self):
        return {
            **super().get_config(),
            "hidden": self.hidden,
            "num_layers": self.num_layers,
            "grey": self.grey,
        }


def _linear(features, kernel, bias):
    return ops.matmul(features, kernel) + bias
