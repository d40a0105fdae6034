"""Slices warped into a picture by homographies, and the exact transpose of that.

TensorFlow registers the inverse warp as the gradient of its warp; it is not the transpose, so the
projector brings its own.
"""

import itertools

import tensorflow as tf

_CHUNK_BYTES = 2**26  # of warped slices at a time


def slice_ranges(count, size, channels):
    """(first, end) of slices to be warped at a time, so that memory stays bounded."""
    step = max(1, _CHUNK_BYTES // (4 * size[0] * size[1] * channels))
    return [(i, min(i + step, count)) for i in range(0, count, step)]


def warp(slices, transforms, size):
    """Slices (n, height, width, C) seen through homographies (n, 8): (n, rows, columns, C).

    Bilinear between pixels, 0 outside.
    """
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=slices,
        transforms=transforms,
        output_shape=size,
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def unwarp(picture, transforms, size):
    """Transpose of `warp` summed over slices: picture (rows, columns, C) to (n, *size, C).

    Each pixel is added to the four places of each slice that `warp` reads it from, with the same
    weights.
    """
    column, row = _places(picture.shape[:2], transforms)
    neighbours = itertools.product(_neighbours(row, size[0]), _neighbours(column, size[1]))
    channels = [[] for _ in range(picture.shape[-1])]
    for (row_index, row_weight), (column_index, column_weight) in neighbours:
        place = tf.reshape(row_index * size[1] + column_index, (tf.shape(transforms)[0], -1))
        weight = row_weight * column_weight
        for channel, sums in enumerate(channels):
            values = tf.reshape(weight * picture[..., channel], tf.shape(place))
            sums.append(_sum_by_place(place, values, size))
    return tf.stack([tf.add_n(sums) for sums in channels], axis=-1)


def _places(size, transforms):
    """(column, row) in each slice of each pixel, both (n, rows, columns)."""
    t = tf.unstack(transforms[:, None, None], axis=-1)
    column = tf.range(size[1], dtype=tf.float32)[None, None]
    row = tf.range(size[0], dtype=tf.float32)[None, :, None]
    scale = t[6] * column + t[7] * row + 1
    return tuple((t[i] * column + t[i + 1] * row + t[i + 2]) / scale for i in (0, 3))


def _neighbours(place, count):
    """[(index, weight)] * 2 of the pixels about a place on one axis; weight 0 outside."""
    below = tf.floor(place)
    pairs = []
    for index, weight in ((below, 1 - (place - below)), (below + 1, place - below)):
        inside = (index >= 0) & (index <= count - 1)
        index = tf.cast(tf.clip_by_value(index, 0, count - 1), tf.int32)
        pairs.append((index, tf.where(inside, weight, 0.0)))
    return pairs


def _sum_by_place(place, values, size):
    """Sum values (n, k) by their places (n, k): (n, *size)."""
    sums = tf.raw_ops.DenseBincount(input=place, size=size[0] * size[1], weights=values)
    return tf.reshape(sums, (-1, *size))
