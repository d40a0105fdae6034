"""Changes of whole pictures that a discriminator's gradients, first and second, pass through.

Everything here is a fixed function of its arguments, one set of them per example; the random draws
are in `discriminator_augmentation`. TensorFlow's own bilinear resampling has no right second
derivative, which the R1 penalty needs; gathers and sums have one of every order.

Pictures are (batch, height, width, channels) in [-1, 1]; the result has the same shape. Grey values
are not cut at the limits, since a cut has no gradient.
"""

import math

import tensorflow as tf

#: What is behind a shutter or beside the film. Zero, DiffAugment's filling, would be a mid grey,
#: which in these pictures is tissue.
BLACK = -1.0


def _per_example(values, images):
    """(batch,) as a factor of pictures, (batch, 1, 1, 1) of their type."""
    return tf.cast(values, images.dtype)[:, None, None, None]


def brightened(images, shift):
    """`x + shift`; shift (batch,) in grey values."""
    return images + _per_example(shift, images)


def contrasted(images, factor, center=0.0):
    """`center + factor * (x - center)`; factor (batch,), center a scalar or (batch, 1, 1, 1)."""
    return _per_example(factor, images) * (images - center) + center


def picture_mean(images):
    """The mean grey value of each picture: (batch, 1, 1, 1)."""
    return tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)


def translated(images, shift):
    """Shifted by whole pixels; `BLACK` comes in.

    Args:
        shift: (batch, 2) integers, (down, right).
    """
    for axis in (1, 2):
        images = _shifted(images, shift[:, axis - 1], axis)
    return images


def _shifted(images, shift, axis):
    length = tf.shape(images)[axis]
    source = tf.range(length)[None, :] - tf.cast(shift, tf.int32)[:, None]
    inside = tf.logical_and(source >= 0, source < length)
    source = tf.clip_by_value(source, 0, length - 1)
    if axis == 1:
        moved = tf.gather(images, source, axis=1, batch_dims=1)
        return _blackened(moved, ~inside[:, :, None, None])
    # Gathering along the second axis of each row needs the index once for each row.
    rows = tf.shape(images)[1]
    source = tf.repeat(source[:, None, :], rows, axis=1)
    moved = tf.gather(images, source, axis=2, batch_dims=2)
    return _blackened(moved, ~inside[:, None, :, None])


def _blackened(images, where):
    return tf.where(where, tf.constant(BLACK, images.dtype), images)


def cut_out(images, start, size):
    """A rectangle made `BLACK`; the part of it that lies outside of the picture falls away.

    Args:
        start: (batch, 2) integers, (row, column) of its first pixel, which may be outside.
        size: (rows, columns) of the rectangle, integers.
    """
    covered = [
        _between(tf.range(tf.shape(images)[axis]), start[:, axis - 1], size[axis - 1])
        for axis in (1, 2)
    ]
    inside = tf.logical_and(covered[0][:, :, None, None], covered[1][:, None, :, None])
    return _blackened(images, inside)


def _between(index, start, length):
    """Whether start <= index < start + length: (n,) and (batch,) to (batch, n)."""
    start = tf.cast(start, tf.int32)[:, None]
    return tf.logical_and(index >= start, index < start + length)


def moved(images, shift, scale, degrees):
    """Turned clockwise about the middle, scaled, then shifted: one bilinear resampling.

    Beyond its border a picture goes on as its own reflection. Without any turn or scaling, a shift
    by whole pixels moves grey values as they are, and no shift returns them bit for bit.

    Args:
        shift: (batch, 2), (down, right) in pixels.
        scale: (batch,), above 1 enlarges.
        degrees: (batch,).
    """
    height, width = images.shape[1:3]
    rows = tf.range(height, dtype=tf.float32)[None, :, None] - shift[:, :1, None]
    columns = tf.range(width, dtype=tf.float32)[None, None, :] - shift[:, 1:, None]
    down, right = rows - (height - 1) / 2, columns - (width - 1) / 2
    angle = degrees * (math.pi / 180)
    cosine = (tf.cos(angle) / scale)[:, None, None]
    sine = (tf.sin(angle) / scale)[:, None, None]
    # Which point of the picture each new pixel shows: the movement backwards.
    from_rows = cosine * down - sine * right + (height - 1) / 2
    from_columns = sine * down + cosine * right + (width - 1) / 2
    return sampled(images, from_rows, from_columns)


def sampled(images, rows, columns):
    """Bilinear samples at points (batch, h, w) in pixels, pixel centres at whole numbers.

    Points outside are reflected at the outermost pixels' centres. It is linear in the pictures, so
    its derivatives by them are exact to every order; there are none by the points.

    Returns:
        (batch, h, w, channels).
    """
    height, width, channels = images.shape[1:]
    top, below = _reflected_cell(tf.stop_gradient(rows), height)
    left, beside = _reflected_cell(tf.stop_gradient(columns), width)
    below = tf.cast(below, images.dtype)[..., None]
    beside = tf.cast(beside, images.dtype)[..., None]
    pixels = tf.reshape(images, [-1, height * width, channels])
    corner = top * width + left
    corners = [
        tf.gather(pixels, corner + offset, axis=1, batch_dims=1)
        for offset in (0, 1, width, width + 1)
    ]
    upper = (1 - beside) * corners[0] + beside * corners[1]
    lower = (1 - beside) * corners[2] + beside * corners[3]
    return (1 - below) * upper + below * lower


def _reflected_cell(position, length):
    """The pixel before each point, at most length - 2, and the way from it to the next, 0 to 1."""
    last = length - 1
    inside = last - tf.abs(tf.math.floormod(position, 2.0 * last) - last)
    before = tf.minimum(tf.floor(inside), last - 1)
    return tf.cast(before, tf.int32), inside - before
