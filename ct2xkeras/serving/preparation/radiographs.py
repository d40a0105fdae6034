"""Radiographs as they come to what the model takes: `prepare_radiograph` inside a graph."""

import tensorflow as tf

from ct2xkeras.data.xray.preparation import LEAST_CONTRAST
from ct2xkeras.data.xray.radiographs import SMALLEST_SIDE
from ct2xkeras.serving.checks import require
from ct2xkeras.serving.preparation.borders import border_box, cut, letterbox_box, percentiles
from ct2xkeras.serving.preparation.grid import resample_image
from ct2xkeras.serving.preparation.picture_headers import bounded_picture

WINDOW = (1.0, 99.0)  # percentiles


def decode_picture(content):
    """Pixels (H, W) float32 in [0, 1] of a PNG (8 or 16 bits) or JPEG file; colours become grey.

    Raises:
        InvalidArgumentError: (when the graph runs) it is neither, damaged, too small or too large.
    """
    content = bounded_picture(content)
    image = tf.io.decode_image(content, dtype=tf.float32, expand_animations=False)
    enough = tf.reduce_all(tf.shape(image)[:2] >= SMALLEST_SIDE)
    image = require(enough, f"a radiograph has at least {SMALLEST_SIDE} pixels a side", image)
    grey = tf.constant([0.299, 0.587, 0.114])  # ITU-R BT.601, as Pillow weighs colours
    colours = tf.shape(image)[2] >= 3
    return tf.cond(colours, lambda: tf.linalg.matvec(image[..., :3], grey), lambda: image[..., 0])


def prepare_radiograph(pixels, size, crop):
    """A picture (H, W) in [0, 1], bones bright, as `size` in [-1, 1].

    Args:
        size: (rows, columns), static.
        crop: share of the largest part of that shape that is kept, about the middle.

    Raises:
        InvalidArgumentError: (when the graph runs) no contrast is left inside the border.
    """
    inside = cut(pixels, letterbox_box(pixels))
    inside = cut(inside, border_box(inside))
    low, high = percentiles(inside, WINDOW)
    message = "the radiograph has no contrast inside its border"
    inside = require(high - low >= LEAST_CONTRAST / 16, message, inside)
    windowed = tf.clip_by_value(2 * (inside - low) / (high - low) - 1, -1.0, 1.0)
    return resample_image(cut(windowed, _crop_box(tf.shape(windowed), size, crop)), size)


def _crop_box(shape, size, share):
    shape, size = tf.cast(shape, tf.float64), tf.constant(size, tf.float64)
    lengths = tf.maximum(tf.round(share * tf.reduce_min(shape / size) * size), 1.0)
    starts = tf.round((shape - lengths) / 2)
    return tf.cast(tf.reshape(tf.stack([starts, starts + lengths], axis=1), [-1]), tf.int32)
