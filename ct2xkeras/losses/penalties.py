"""Penalties on gradients."""

from keras import ops


def gradient_penalty(gradients):
    """`|grad D(x)|^2`, summed over a picture: (batch, ...) to (batch,), always float32.

    Half of it times gamma is the R1 penalty (Mescheder et al. 2018) at real pictures.
    """
    squares = ops.square(ops.cast(gradients, "float32"))
    return ops.sum(squares, axis=tuple(range(1, len(gradients.shape))))
