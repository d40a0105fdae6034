"""Checks of one radiograph. Each takes an `XrayOverview` and gives findings, or none.

The side (left or right) is not judged: nothing in the pixels proves it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ct2xkeras.data.inspection.findings import Finding
from ct2xkeras.data.xray.borders import border_box, letterbox_box
from ct2xkeras.data.xray.polarity import polarity

COARSE_SIDE = 512  # pixels, at most, of what the checks look at
SMALL_SIDE = 128  # pixels
LOW_CONTRAST = 0.1  # of full scale, between the 1st and the 99th percentile inside the border
BORDER, MUCH_BORDER = 0.05, 0.5  # of the picture
# Letters: saturated spots of some size, bright against what is within two pixels of them.
SATURATED, LETTER_STEP = 0.02, 0.35  # of full scale
LETTER_SIZE = (0.01, 0.12)  # of the longer side
SURE = 0.75  # of the polarity: no guess beyond it was wrong where measured


@dataclass(frozen=True)
class XrayOverview:
    """A radiograph in short.

    Args:
        shape: (rows, columns) of the file.
        coarse: every n-th pixel (H, W), in [0, 1], bones bright.
        inner: the part of it that preparation leaves.
    """

    shape: tuple[int, int]
    coarse: np.ndarray
    inner: np.ndarray


def measure_xray(pixels: np.ndarray) -> XrayOverview:
    """The overview of a radiograph (H, W) in [0, 1]."""
    step = -(-max(pixels.shape) // COARSE_SIDE)
    coarse = pixels[::step, ::step]
    inner = coarse[letterbox_box(coarse)]
    return XrayOverview(pixels.shape, coarse, inner[border_box(inner)])


def check_size(xray: XrayOverview):
    """Too few pixels to learn from."""
    if min(xray.shape) < SMALL_SIDE:
        message = f"{xray.shape[0]} x {xray.shape[1]} pixels: little to learn from"
        yield Finding("warning", "small", f"{message} below {SMALL_SIDE} a side.")


def check_contrast(xray: XrayOverview):
    """Grey values that hardly differ."""
    low, high = np.percentile(xray.inner, (1, 99))
    if high - low < LOW_CONTRAST:
        message = f"grey values from {low:.2f} to {high:.2f} of full scale inside its border"
        yield Finding("warning", "contrast", f"{message}: hardly any contrast.")


def check_border(xray: XrayOverview):
    """Bars, masks and bare detector, which preparation cuts off."""
    share = 1 - xray.inner.size / xray.coarse.size
    if share > BORDER:
        severity = "warning" if share > MUCH_BORDER else "note"
        yield Finding(severity, "border", f"{share:.0%} of it is border, which is cut off.")


def check_letters(xray: XrayOverview):
    """Burned-in letters and markers, which a model would learn to paint."""
    number = len(letter_boxes(xray.coarse))
    if number:
        message = f"{number} bright, sharp spots like burned-in letters or markers"
        yield Finding("note", "letters", f"{message}.")


def letter_boxes(pixels) -> list[tuple[slice, slice]]:
    """Boxes of what may be burned-in letters; bright metal is found as well."""
    labels, _ = ndimage.label(pixels >= pixels.max() - SATURATED, np.ones((3, 3)))
    darkest_near = ndimage.minimum_filter(pixels, 5)
    low, high = np.multiply(LETTER_SIZE, max(pixels.shape))
    boxes = []
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        sides = [part.stop - part.start for part in box]
        spot = labels[box] == number
        if low <= max(sides) <= high and min(sides) > 1:
            step = (pixels[box] - darkest_near[box])[spot].mean()
            if step > LETTER_STEP:
                boxes.append(box)
    return boxes


def check_polarity(xray: XrayOverview):
    """Bones that look dark although they should be bright here. The guess is right for trunks."""
    guess = polarity(xray.coarse)
    if not guess.bones_bright and guess.confidence > SURE:
        message = "bones look dark: inverted, or read with the wrong setting"
        yield Finding("warning", "polarity", f"{message} ({guess.confidence:.0%} sure).")


XRAY_CHECKS = (check_size, check_contrast, check_border, check_letters, check_polarity)
