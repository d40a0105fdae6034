"""Gaussian blur whose width differs from picture to picture, as matrices.

`scipy.ndimage.gaussian_filter` with edges repeated (mode "nearest"), in `keras.ops`: the width
follows the detector's pixel spacing, which a convolution of fixed size cannot.
"""

import numpy as np
from keras import ops

TRUNCATE = 4.0  # SciPy's: standard deviations at which the Gaussian ends
THINNEST = 1e-3  # pixels; below, the Gaussian is one pixel wide anyway


def blur_matrices(widths, length):
    """Matrices that blur columns of `length` pixels.

    Args:
        widths: (batch,), standard deviations in pixels. Up to `length` the result is SciPy's;
            beyond that the Gaussian ends at four times the length.

    Returns:
        (batch, length, length), each row sums to 1.
    """
    reach = int(TRUNCATE) * length
    offsets = ops.arange(-reach, reach + 1, dtype="float32")[None]
    widths = ops.maximum(widths, THINNEST)[:, None]
    inside = ops.abs(offsets) <= ops.floor(TRUNCATE * widths + 0.5)
    weights = ops.where(inside, ops.exp(-ops.square(offsets / widths) / 2), 0.0)
    weights = weights / ops.sum(weights, axis=-1, keepdims=True)
    rows = np.arange(length)
    between = ops.take(weights, rows[None, 1:-1] - rows[:, None] + reach, axis=1)
    # The outermost pixels stand for all that lies beyond them, too.
    tails = ops.cumsum(weights, axis=-1)
    first = ops.take(tails, reach - rows, axis=1)
    last = ops.flip(first, axis=1)
    return ops.concatenate([first[:, :, None], between, last[:, :, None]], axis=-1)


def gaussian_blur(images, widths):
    """Pictures (batch, height, width, 1), blurred.

    Args:
        widths: (batch, 2), standard deviations along (rows, columns), in pixels.
    """
    height, width = images.shape[1:3]
    down, along = blur_matrices(widths[:, 0], height), blur_matrices(widths[:, 1], width)
    blurred = ops.matmul(down, images[..., 0])
    return ops.matmul(blurred, ops.swapaxes(along, 1, 2))[..., None]
