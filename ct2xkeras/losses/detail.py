"""Detail: an X-ray is as sharp as its style reference, at every scale."""

from functools import cache

import numpy as np
from keras import ops
from scipy.ndimage import gaussian_filter1d

NUM_BANDS = 3
LEAST = 0.005  # contrast, as a standard deviation in [-1, 1], below which all count the same


@cache
def blur_matrix(length, deviation):
    """(length, length) matrix that blurs columns with a Gaussian, edges repeated.

    Args:
        deviation: standard deviation in pixels.
    """
    return gaussian_filter1d(np.eye(length), deviation, axis=0, mode="nearest").astype("float32")


def detail_bands(images, num_bands):
    """Pictures in bands of spatial frequency, finest first; what is coarser is left out.

    Args:
        images: (batch, height, width, 1).
        num_bands: differences between copies blurred by 0, 1, 2, 4, ... pixels (standard
            deviations).

    Returns:
        (batch, height, width, num_bands), float32.
    """
    height, width = images.shape[1:3]
    copies = [ops.cast(images[..., 0], "float32")]
    for band in range(num_bands):
        down, along = blur_matrix(height, 2.0**band), blur_matrix(width, 2.0**band)
        copies.append(ops.matmul(ops.matmul(down, copies[0]), along.T))
    finer, coarser = ops.stack(copies[:-1], axis=-1), ops.stack(copies[1:], axis=-1)
    return finer - coarser


def detail_contrast(images):
    """Logarithm of the contrast in each band: (b, h, w, 1) to (b, 3).

    A band's contrast is the root mean square of `detail_bands`; 0.69 more is twice as much.
    """
    powers = ops.mean(ops.square(detail_bands(images, NUM_BANDS)), axis=(1, 2))
    return ops.log(powers + LEAST**2) / 2


def detail_distance(images, references):
    """Mean absolute difference of `detail_contrast` over the bands: two (b, h, w, 1) to (b,).

    Bands are in pixels, so both pictures must have the same scale; where edges are does not count.
    """
    return ops.mean(ops.abs(detail_contrast(images) - detail_contrast(references)), axis=-1)
