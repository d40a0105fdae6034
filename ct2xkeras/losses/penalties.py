"""Penalties on gradients: R1 of the discriminator, path length of the generator."""

from keras import ops

EPSILON = 1e-12


def gradient_penalty(gradients):
    """`|grad D(x)|^2`, summed over a picture: (batch, ...) to (batch,), always float32.

    Half of it times gamma is the R1 penalty (Mescheder et al. 2018) at real pictures.
    """
    squares = ops.square(ops.cast(gradients, "float32"))
    return ops.sum(squares, axis=tuple(range(1, len(gradients.shape))))


def noise_projection(images, noise):
    """`<x^, n> / sqrt(h w)`, whose gradient in the style codes `path_lengths` takes.

    Args:
        images, noise: (batch, height, width, 1), the noise standard normal.

    Returns:
        (batch,), always float32. The root makes its gradient's length independent of the size.
    """
    height, width = images.shape[1:3]
    product = ops.cast(images, "float32") * ops.cast(noise, "float32")
    return ops.sum(product, axis=(1, 2, 3)) / (height * width) ** 0.5


def path_lengths(gradients):
    """How far a step of a style code moves its picture (StyleGAN2, Karras et al. 2020).

    `|d <x^, n> / d s|`: gradients (batch, style_size) of `noise_projection` to (batch,), always
    float32. A style code that moves nothing has length 1e-6, where the gradient is 0.
    """
    squares = ops.square(ops.cast(gradients, "float32"))
    return ops.sqrt(ops.sum(squares, axis=-1) + EPSILON)


def path_length_penalty(lengths, mean_length):
    """`(length - mean)^2`: equal steps of a style code move a picture equally far everywhere.

    Args:
        lengths: (batch,), from `path_lengths`.
        mean_length: scalar, their moving average over training; no gradient goes through it.

    Returns:
        (batch,).
    """
    return ops.square(lengths - ops.stop_gradient(mean_length))
