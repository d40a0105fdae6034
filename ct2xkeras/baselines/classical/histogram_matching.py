"""Histogram matching: a picture takes the distribution of grey values of another.

A style code is the quantile function of a picture's grey values at evenly spread shares, so that
the mean of codes and the way between two are again distributions (their Wasserstein barycentres).
"""

import numpy as np
from keras import ops

from ct2xkeras.baselines.classical.quantiles import masked_quantiles, or_everywhere

LEVELS = 1024  # of the look-up table: 10 bit, as in display hardware
NARROWEST = 1e-6  # distance of two grey values that are not the same
COVERED = 0.5  # of a ray, for its pixel to count
FEWEST = 0.05  # share of covered pixels below which all count


def grey_quantiles(images, coverage, num):
    """`num` quantiles of the grey values where the CT covers the picture, least to greatest.

    Args:
        images: (batch, height, width, 1); coverage: the same shape, in [0, 1].

    Returns:
        (batch, num).
    """
    mask = or_everywhere(coverage > COVERED, FEWEST)
    return masked_quantiles(images, mask, np.linspace(0, 1, num, dtype="float32"))


def grey_table(own, wanted):
    """Look-up tables that take one set of quantiles to another: the piecewise linear map between.

    Args:
        own, wanted: (batch, n), least to greatest.

    Returns:
        (batch, LEVELS), the new values of grey values spread evenly on [-1, 1]; never falling,
        constant beyond the outermost quantiles.
    """
    levels = ops.linspace(-1.0, 1.0, LEVELS)[None, :, None]
    start, width = own[:, None, :-1], own[:, None, 1:] - own[:, None, :-1]
    passed = ops.clip((levels - start) / ops.maximum(width, NARROWEST), 0, 1)
    steps = wanted[:, None, 1:] - wanted[:, None, :-1]
    return wanted[:, :1] + ops.sum(passed * steps, axis=-1)


def look_up(images, table):
    """Pictures (batch, height, width, 1) through tables (batch, LEVELS), interpolated linearly."""
    shape = ops.shape(images)
    flat = ops.reshape(images, (-1, images.shape[1] * images.shape[2]))
    place = (ops.clip(flat, -1, 1) + 1) * ((LEVELS - 1) / 2)
    below = ops.minimum(ops.floor(place), LEVELS - 2)
    index = ops.cast(below, "int32")
    low, high = (ops.take_along_axis(table, index + i, 1) for i in (0, 1))
    return ops.reshape(low + (place - below) * (high - low), shape)


def match_histogram(images, coverage, wanted):
    """Pictures with other grey values in the same order.

    Args:
        images, coverage: (batch, height, width, 1), see `grey_quantiles`.
        wanted: (batch, n) quantiles; sorted first, since an exaggerated style may not be.

    Returns:
        (batch, height, width, 1), whose quantiles are `wanted` up to a level of grey.
    """
    own = grey_quantiles(images, coverage, wanted.shape[-1])
    return look_up(images, grey_table(own, ops.sort(wanted, axis=-1)))
