"""Real radiographs from picture files (PNG, JPEG; 8 or 16 bits, grey or colour)."""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.preparation import prepare_radiograph

SMALLEST_SIDE = 32  # pixels
SUFFIXES = (".png", ".jpg", ".jpeg")
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)

__all__ = ["Radiograph", "prepare_radiograph", "read_radiograph"]


@dataclass(frozen=True)
class Radiograph:
    """A real X-ray picture, as it was stored.

    Args:
        pixels: float32 (H, W) in [0, 1] of the file's full scale, bones bright.
        name: what reports and records call it.
        inverted: whether the file had bones dark.
    """

    pixels: np.ndarray
    name: str
    inverted: bool = False


def read_radiograph(path, inverted: bool = False) -> Radiograph:
    """Reads a picture file.

    Args:
        inverted: the file shows bones dark; the pixels come out with bones bright.

    Raises:
        DataError: missing, damaged, too small or without any contrast.
    """
    pixels = _full_scale(path, _decoded(path))
    if min(pixels.shape) < SMALLEST_SIDE:
        found = f"{pixels.shape[0]} x {pixels.shape[1]} pixels"
        expected = f"a radiograph of at least {SMALLEST_SIDE} pixels a side"
        raise DataError(path, expected, found, "Leave it out or give the original.")
    if pixels.max() == pixels.min():
        found = f"every pixel {pixels.max():g} of full scale"
        raise DataError(path, "a radiograph", found, "Leave it out: it holds no picture.")
    return Radiograph(1 - pixels if inverted else pixels, Path(path).stem, inverted)


def _decoded(path) -> Image.Image:
    if not Path(path).is_file():
        raise DataError(path, "a radiograph as PNG or JPEG", "no such file", "Check the path.")
    try:
        with Image.open(path) as image:
            image.load()
            return image
    except (*UNREADABLE, Image.DecompressionBombError) as error:
        found = f"one that cannot be decoded ({type(error).__name__})"
        mend = "Copy or export it again."
        raise DataError(path, "a whole PNG or JPEG picture", found, mend) from error


def _full_scale(path, image: Image.Image) -> np.ndarray:
    """(H, W) float32 in [0, 1] of what the file's pixel type can hold."""
    if image.mode.startswith("I"):  # Pillow reads 16-bit PNG as "I;16" or "I"
        return np.asarray(image).astype(np.float32) / 65535
    if image.mode == "F":
        mend = "Store it as 16-bit grey PNG."
        raise DataError(path, "8 or 16 bits a pixel", "floating point pixels", mend)
    return np.asarray(image.convert("L"), np.float32) / 255
