"""Pictures as a study shows them: 8-bit PNGs of one size in one fixed window."""

import base64
import io

import numpy as np
from PIL import Image

from ct2xkeras.data import DataError, prepare_radiograph, read_radiograph
from ct2xkeras.data.resampling import resample_image
from ct2xkeras.data.xray.preparation import crop_box
from ct2xkeras.pictures import to_uint16


def method_picture(path, shape, exact: bool) -> bytes:
    """A method's picture as a PNG: its file's full scale is the window, nothing is stretched.

    Args:
        shape: (rows, columns) of the result.
        exact: refuse another shape; otherwise the largest middle part of these proportions is
            resampled, antialiased.

    Raises:
        DataError: unreadable, without contrast, or of another shape.
    """
    pixels = read_radiograph(path).pixels
    if pixels.shape != tuple(shape):
        if exact:
            expected = f"{shape[0]} x {shape[1]} pixels as the first picture has"
            found = f"{pixels.shape[0]} x {pixels.shape[1]}"
            raise DataError(path, expected, found, "Bring all to one size with --size PIXELS.")
        pixels = resample_image(pixels[crop_box(pixels.shape, shape)], shape)
    return encode_png(2 * pixels - 1)


def real_picture(path, shape, crop) -> bytes:
    """A real radiograph as a PNG, prepared as for training (see `prepare_radiograph`).

    Preparing one that is prepared already changes nothing but its size and `crop`.

    Raises:
        DataError: unreadable or without contrast.
    """
    return encode_png(prepare_radiograph(read_radiograph(path), shape, crop))


def encode_png(image) -> bytes:
    """A picture (height, width) in [-1, 1] as an 8-bit grey PNG without any metadata."""
    buffer = io.BytesIO()
    pixels = (to_uint16(image) // 257).astype(np.uint8)
    Image.fromarray(pixels).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def data_uri(png: bytes) -> str:
    """A PNG as an address that holds all of it."""
    return "data:image/png;base64," + base64.b64encode(png).decode()
