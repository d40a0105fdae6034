"""A picture's size is known, and bounded, before anything is decoded."""

import io
import struct

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from ct2xkeras.data.xray.radiographs import MOST_PIXELS
from ct2xkeras.serving.preparation.picture_headers import PNG_START, bounded_picture

SIDES = (40, 50)


def saved(format_name, mode="L"):
    file = io.BytesIO()
    Image.fromarray(np.zeros(SIDES, np.uint8)).convert(mode).save(file, format_name)
    return file.getvalue()


def claiming(rows, columns):
    """The start of a PNG, without any pixels."""
    return PNG_START + struct.pack(">II", columns, rows) + bytes([8, 0, 0, 0, 0])


def jpeg_claiming(rows, columns):
    was, claimed = struct.pack(">HH", *SIDES), struct.pack(">HH", rows, columns)
    content = saved("JPEG")
    assert content.count(was) == 1
    return content.replace(was, claimed)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("format_name", ["PNG", "JPEG"])
def test_pictures_pass_as_they_are(format_name, mode):
    content = saved(format_name, mode)
    assert tf.function(bounded_picture)(tf.constant(content)).numpy() == content


@pytest.mark.parametrize(
    "make",
    [
        lambda: claiming(10000, 10000),
        lambda: claiming(2**32 - 1, 2**32 - 1),
        lambda: claiming(MOST_PIXELS + 1, 1),
        lambda: jpeg_claiming(40000, 50000),
    ],
)
def test_too_many_claimed_pixels_never_reach_the_decoder(make):
    content = make()

    @tf.function
    def decoded(content):
        return tf.io.decode_image(bounded_picture(content))

    with pytest.raises(tf.errors.InvalidArgumentError, match=f"at most {MOST_PIXELS} pixels"):
        decoded(tf.constant(content))


def test_as_many_pixels_as_there_may_be_pass():
    content = claiming(MOST_PIXELS // 4096, 4096)
    assert bounded_picture(tf.constant(content)).numpy() == content


def test_the_message_says_rows_and_columns():
    for content in (claiming(30000, 20000), jpeg_claiming(30000, 20000)):
        with pytest.raises(tf.errors.InvalidArgumentError, match="found one of 30000 x 20000; exp"):
            bounded_picture(tf.constant(content))


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"no picture",
        lambda: saved("GIF"),
        lambda: saved("BMP"),
        lambda: saved("PNG")[:10],
        lambda: saved("PNG")[:20],
        lambda: saved("PNG").replace(b"IHDR", b"tEXt"),
    ],
)
def test_what_is_neither_png_nor_jpeg_is_refused(make):
    with pytest.raises(tf.errors.InvalidArgumentError, match="expected PNG or JPEG files"):
        bounded_picture(tf.constant(make()))


def test_a_jpeg_that_ends_early_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="JPEG"):
        bounded_picture(tf.constant(saved("JPEG")[:20]))
