"""Real radiographs from files: PNG, JPEG and DICOM."""

from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.locations import file_name, is_file, read_bytes
from ct2xkeras.data.xray.polarity import polarity

SMALLEST_SIDE = 32  # pixels
MOST_PIXELS = 2**25  # large real ones have 30 million; a few kilobytes can claim gigabytes
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg")
DICOM_SUFFIXES = (".dcm", ".dicom")
SUFFIXES = PICTURE_SUFFIXES + DICOM_SUFFIXES
SURE = 0.9  # confidence from which a guess that bones are dark is worth a note


@dataclass(frozen=True)
class Radiograph:
    """A real X-ray picture, as it was stored.

    Args:
        pixels: float32 (H, W) in [0, 1] of the file's full scale, bones bright.
        name: what reports and records call it.
        inverted: whether the file had bones dark.
        pixel_spacing: (rows, columns) in mm, at the detector where the file says so; or None.
        view: "pa", "ap", "lateral", or "" where the file does not say.
        notes: one-line facts about the file that its user should know.
    """

    pixels: np.ndarray
    name: str
    inverted: bool = False
    pixel_spacing: tuple[float, float] | None = None
    view: str = ""
    notes: tuple[str, ...] = ()


def read_radiograph(path, inverted: bool = False) -> Radiograph:
    """Reads a PNG, JPEG or DICOM file, given by path or by address.

    DICOM files are told by their content, so their names need no ending. Where a DICOM header says
    that low values are shown bright (MONOCHROME1), that is undone before `inverted` applies.

    Args:
        inverted: the file shows bones dark; the pixels come out with bones bright.

    Raises:
        DataError: missing, damaged, not a single projection, too small, of more
            than `MOST_PIXELS`, or without any contrast.
    """
    pixels, facts = _decoded(path)
    if min(pixels.shape) < SMALLEST_SIDE:
        found = f"{pixels.shape[0]} x {pixels.shape[1]} pixels"
        expected = f"a radiograph of at least {SMALLEST_SIDE} pixels a side"
        raise DataError(path, expected, found, "Leave it out or give the original.")
    if pixels.max() == pixels.min():
        found = f"every pixel {pixels.max():g} of full scale"
        raise DataError(path, "a radiograph", found, "Leave it out: it holds no picture.")
    pixels = 1 - pixels if inverted else pixels
    notes = facts.pop("notes", ()) + _polarity_notes(pixels)
    return Radiograph(pixels, PurePath(file_name(path)).stem, inverted, notes=notes, **facts)


def _decoded(path) -> tuple[np.ndarray, dict]:
    """Pixels (H, W) float32 in [0, 1] as they are shown, and further fields of `Radiograph`."""
    content = _content(path)
    if content[128:132] == b"DICM" or file_name(path).lower().endswith(DICOM_SUFFIXES):
        from ct2xkeras.data.xray.dicom_radiographs import decode_dicom

        return decode_dicom(path, content)
    from ct2xkeras.data.xray.picture_radiographs import decode_picture

    return decode_picture(path, content)


def _content(path) -> bytes:
    expected = "a radiograph as PNG, JPEG or DICOM"
    try:
        if is_file(path):
            return read_bytes(path)
    except OSError as error:
        mend = "Check that you may read it."
        raise DataError(path, expected, error.strerror or type(error).__name__, mend) from error
    raise DataError(path, expected, "no such file", "Check the path.")


def _polarity_notes(pixels) -> tuple[str, ...]:
    guess = polarity(pixels)
    if guess.bones_bright or guess.confidence < SURE:
        return ()
    return (f"bones look dark (confidence {guess.confidence:.2f}): if so, read it as inverted",)
