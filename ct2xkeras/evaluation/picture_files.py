"""Pictures from files, by one of two rules that every set of them shares.

A method's picture is taken as it is stored: black is -1, the largest value that the file can hold
is 1, nothing is stretched, for tone is a part of what is judged. A real radiograph is prepared as
those of training are: without borders, its grey values between two percentiles spread over [-1, 1],
and then cropped. What has been cropped must not be prepared again: its part would be spread anew.
"""

import numpy as np

from ct2xkeras.data import DataError, locations, prepare_radiograph, read_radiograph
from ct2xkeras.data.resampling import resample_image
from ct2xkeras.data.xray.picture_radiographs import decode_picture
from ct2xkeras.data.xray.preparation import crop_box


def stored_picture(path, shape=None, exact: bool = True) -> np.ndarray:
    """A picture as its file holds it: float32 (rows, columns) in [-1, 1].

    Args:
        shape: (rows, columns) of the result; None keeps its own.
        exact: refuse another shape; otherwise the largest middle part of these proportions is
            resampled, antialiased.

    Raises:
        DataError: unreadable, without contrast, or of another shape.
    """
    return 2 * _of_shape(path, read_radiograph(path).pixels, shape, exact) - 1


def radiograph_picture(path, shape, crop=1.0) -> np.ndarray:
    """A real radiograph: float32 `shape` in [-1, 1]; see `prepare_radiograph`.

    Raises:
        DataError: unreadable or without contrast.
    """
    return prepare_radiograph(read_radiograph(path), shape, crop)


def stored_mask(path, shape, exact: bool = True) -> np.ndarray:
    """A mask from a PNG or JPEG: float32 (rows, columns), 0 black, 1 white; see `stored_picture`.

    It may be of one grey value everywhere.
    """
    if not locations.is_file(path):
        raise DataError(path, "a mask as PNG or JPEG", "no such file", "Check the path.")
    return _of_shape(path, decode_picture(path, locations.read_bytes(path))[0], shape, exact)


def _of_shape(path, pixels, shape, exact):
    if shape is None or pixels.shape == tuple(shape):
        return pixels
    if exact:
        expected = f"{shape[0]} x {shape[1]} pixels as the first picture has"
        found = f"{pixels.shape[0]} x {pixels.shape[1]}"
        raise DataError(path, expected, found, "Bring all to one size with --size PIXELS.")
    return resample_image(pixels[crop_box(pixels.shape, shape)], shape)
