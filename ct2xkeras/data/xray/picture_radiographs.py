"""Pixels of PNG and JPEG files (8 or 16 bits, grey, colour or palette)."""

import io
import struct
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.xray.jpeg_data import check_jpeg
from ct2xkeras.data.xray.png_data import check_png
from ct2xkeras.data.xray.radiographs import MOST_PIXELS

UNREADABLE = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError),
    *(struct.error, zlib.error),
)
TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
ROTATIONS = {3: "by 180 degrees", 6: "to the right", 8: "to the left"}  # of EXIF orientations
ORIENTATION = 0x0112


def decode_picture(path, content: bytes) -> tuple[np.ndarray, dict]:
    """Pixels (H, W) float32 in [0, 1] of what the pixel type can hold, upright, and notes.

    Raises:
        DataError: damaged, of more than `MOST_PIXELS`, animated, see-through, or another format.
    """
    expected = "a whole PNG or JPEG picture"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = _opened(content)
            _check_plain(path, image)
            return _full_scale(ImageOps.exif_transpose(image)), {"notes": _notes(image)}
    except DataError:
        raise
    except TOO_LARGE as error:
        found = f"one of more than {MOST_PIXELS} pixels"
        raise DataError(path, expected, found, "Leave it out or export it smaller.") from error
    except UNREADABLE as error:
        found = f"one that cannot be decoded ({type(error).__name__})"
        raise DataError(path, expected, found, "Copy or export it again.") from error


def _opened(content) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
    if image.width * image.height > MOST_PIXELS:  # Pillow's own limit is higher
        raise Image.DecompressionBombError
    image.load()
    if image.format == "PNG":
        check_png(content)
    else:
        check_jpeg(content, np.asarray(image))
    return image


def _check_plain(path, image) -> None:
    if image.format == "PNG" and image.is_animated:
        found = f"an animation of {image.n_frames}"
        raise DataError(path, "one picture", found, "Export one frame.")
    if image.has_transparency_data and image.convert("RGBA").getextrema()[3][0] < 255:
        mend = "Flatten it or export it again."
        raise DataError(path, "a picture without transparency", "see-through pixels", mend)


def _full_scale(image: Image.Image) -> np.ndarray:
    if image.mode.startswith("I"):  # Pillow reads 16-bit PNG as "I;16" or "I"
        return np.asarray(image).astype(np.float32) / 65535
    return np.asarray(image.convert("L"), np.float32) / 255


def _notes(image: Image.Image) -> tuple[str, ...]:
    orientation = image.getexif().get(ORIENTATION, 1)
    if orientation in ROTATIONS:
        return (f"turned {ROTATIONS[orientation]}, as its EXIF orientation says",)
    return ("mirrored, as its EXIF orientation says",) if orientation in (2, 4, 5, 7) else ()
