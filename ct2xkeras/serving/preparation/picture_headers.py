"""What a PNG or JPEG file says of its size, inside a graph, before anything is decoded."""

import tensorflow as tf

from ct2xkeras.data.xray.radiographs import MOST_PIXELS
from ct2xkeras.serving.checks import require

PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"  # decoders take no PNG whose header comes later
PNG_SIDES = 8  # bytes after it: columns and rows
JPEG_START = b"\xff\xd8\xff"


def bounded_picture(content):
    """The bytes of a PNG or JPEG file, which exist only where it has at most `MOST_PIXELS`.

    A few kilobytes can claim pixels of many gigabytes, so the decoder must take what this gives.

    Raises:
        InvalidArgumentError: (when the graph runs) it is neither, or larger.
    """
    whole = tf.strings.length(content) >= len(PNG_START) + PNG_SIDES
    png = _starts(content, PNG_START) & whole
    message = "image_bytes: expected PNG or JPEG files, found another; export it as PNG"
    content = require(png | _starts(content, JPEG_START), message, content)
    sides = tf.cond(png, lambda: _png_sides(content), lambda: _jpeg_sides(content))
    found = tf.strings.format("found one of {} x {}; export it smaller", (sides[0], sides[1]))
    expected = f"image_bytes: expected pictures of at most {MOST_PIXELS} pixels, "
    pixels = tf.reduce_prod(tf.cast(sides, tf.float64))  # claims overflow no float
    return require(pixels <= MOST_PIXELS, expected + found, content)


def _starts(content, start):
    return tf.strings.substr(content, 0, len(start)) == start


def _png_sides(content):
    """Rows and columns, int64."""
    claimed = tf.strings.substr(content, len(PNG_START), PNG_SIDES)
    sides = tf.reshape(tf.io.decode_raw(claimed, tf.int32, little_endian=False), [2])
    return tf.cast(tf.bitcast(sides, tf.uint32), tf.int64)[::-1]


def _jpeg_sides(content):
    return tf.image.extract_jpeg_shape(content, tf.int64)[:2]
