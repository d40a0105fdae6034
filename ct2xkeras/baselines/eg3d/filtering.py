"""Filters and changes of size whose derivatives are right to every order.

TensorFlow's bilinear resize has a silently wrong second derivative, which the R1 penalty would
meet; averages of neighbours, convolutions and products with fixed matrices have none of that.
"""

import numpy as np
from keras import ops


def smoothed(images, pad):
    """The binomial filter [1, 3, 3, 1] / 8 along both axes, with zeros around.

    Three means of neighbours in a row are that filter.

    Args:
        images: (batch, height, width, channels).
        pad: zeros at each edge.

    Returns:
        (batch, height + 2 pad - 3, width + 2 pad - 3, channels).
    """
    images = ops.pad(images, [[0, 0], [pad, pad], [pad, pad], [0, 0]])
    for _ in range(3):
        images = ops.average_pool(images, 2, strides=1, padding="valid")
    return images


def halved(images):
    """The binomial filter at every second place: (batch, h, w, c) to (batch, h / 2, w / 2, c)."""
    images = ops.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]])
    for _ in range(2):
        images = ops.average_pool(images, 2, strides=1, padding="valid")
    return ops.average_pool(images, 2, strides=2, padding="valid")


def resizing_matrix(old, new):
    """What makes `new` values of `old` ones, (new, old) float32, rows of sum 1.

    Linear between the pixels' centres; where the size shrinks the tent widens with the scale
    (antialiasing), as `tf.image.resize` does it.
    """
    scale = old / new
    centers = (np.arange(new) + 0.5) * scale - 0.5
    away = np.abs(centers[:, None] - np.arange(old)) / max(scale, 1.0)
    weights = np.maximum(1 - away, 0)
    return (weights / weights.sum(axis=1, keepdims=True)).astype("float32")


def resized(images, side):
    """Square pictures (batch, old, old, c) at another side, (batch, side, side, c)."""
    if images.shape[1] == side:
        return images
    return along_both_axes(images, resizing_matrix(images.shape[1], side))


def along_both_axes(images, matrix):
    """`M x M^T` of each channel: (batch, old, old, c) by (new, old) to (batch, new, new, c)."""
    matrix = ops.cast(matrix, images.dtype)
    return ops.einsum("ph,bhwc,qw->bpqc", matrix, images, matrix)


def blurred(images, sigma):
    """Square pictures convolved with `2^-((x / sigma)^2)` along both axes.

    At the edges the part of the filter that is inside counts as the whole.

    Args:
        images: (batch, side, side, c).
        sigma: scalar, in pixels; at 0 pictures stay as they are.
    """
    place = ops.arange(images.shape[1], dtype="float32")
    away = (place[:, None] - place) / ops.maximum(ops.cast(sigma, "float32"), 1e-3)
    weights = ops.power(2.0, -ops.square(away))
    return along_both_axes(images, weights / ops.sum(weights, axis=1, keepdims=True))
