"""A generator's weights, tuned around one patient's latents."""

import contextlib

import tensorflow as tf
from keras import ops

from ct2xkeras.baselines.inversion.adam import adam_move
from ct2xkeras.baselines.inversion.targets import NUM_VIEWS, distances

SMALLEST = 1e-3  # size of a weight that starts at zero, as in Adafactor (Shazeer & Stern 2018)


@contextlib.contextmanager
def kept(variables):
    """Gives variables their values back at the end, also after an exception."""
    values = [tf.identity(variable) for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)


def sizes_of(variables):
    """Root mean square of each variable, at least 0.001: what its steps are measured in."""
    return [ops.maximum(ops.sqrt(ops.mean(ops.square(v))), SMALLEST) for v in variables]


def tuning_step(networks, variables, sizes, rate, latents, target, index, means):
    """One step of Adam on `variables`, by `distances` at the next view.

    Args:
        sizes: of `sizes_of`, before the first step.
        rate: share of its size that a weight moves by.
        latents: (1, ...) of the target's CT; they stay.
        index: number of the step, an integer tensor.
        means: [(m, v) of each variable], zeros at first.

    Returns:
        the new means. Weights that have no part in a picture stay as they are.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(variables)
        loss = tf.reduce_mean(distances(networks, latents, target, index[None] % NUM_VIEWS))
    zero = tf.UnconnectedGradients.ZERO
    gradients = tape.gradient(loss, variables, unconnected_gradients=zero)
    found = []
    for variable, size, gradient, mean in zip(variables, sizes, gradients, means, strict=True):
        move, mean = adam_move(gradient, mean, index)
        variable.assign_sub(rate * size * move)
        found.append(mean)
    return found
