"""Checks of one radiograph. Each takes pixels (H, W) in [0, 1], bones bright, and gives findings.

The side (left or right) is not judged: nothing in the pixels proves it.
"""

import numpy as np
from scipy import ndimage

from ct2xkeras.data.borders import border_box, letterbox_box
from ct2xkeras.data.inspection.findings import Finding
from ct2xkeras.data.polarity import polarity

SMALL_SIDE = 128  # pixels
LOW_CONTRAST = 0.1  # of full scale, between the 1st and the 99th percentile inside the border
BORDER, MUCH_BORDER = 0.05, 0.5  # of the picture
# Letters: saturated spots of some size, bright against what is within two pixels of them.
SATURATED, LETTER_STEP = 0.02, 0.35  # of full scale
SURE = 0.75  # of the polarity: no guess beyond it was wrong where measured
LETTER_SIZE = (0.01, 0.12)  # of the longer side


def check_size(pixels):
    """Too few pixels to learn from."""
    if min(pixels.shape) < SMALL_SIDE:
        message = f"{pixels.shape[0]} x {pixels.shape[1]} pixels: little to learn from"
        yield Finding("warning", "small", f"{message} below {SMALL_SIDE} a side.")


def check_contrast(pixels):
    """Grey values that hardly differ."""
    low, high = np.percentile(_inside(pixels), (1, 99))
    if high - low < LOW_CONTRAST:
        message = f"grey values from {low:.2f} to {high:.2f} of full scale inside its border"
        yield Finding("warning", "contrast", f"{message}: hardly any contrast.")


def check_border(pixels):
    """Bars, masks and bare detector, which preparation cuts off."""
    share = 1 - _inside(pixels).size / pixels.size
    if share > BORDER:
        severity = "warning" if share > MUCH_BORDER else "note"
        yield Finding(severity, "border", f"{share:.0%} of it is border, which is cut off.")


def _inside(pixels) -> np.ndarray:
    """What preparation leaves of a picture."""
    inner = pixels[letterbox_box(pixels)]
    return inner[border_box(inner)]


def check_letters(pixels):
    """Burned-in letters and markers, which a model would learn to paint."""
    number = len(letter_boxes(pixels))
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


def check_polarity(pixels):
    """Bones that look dark although they should be bright here. The guess is right for trunks."""
    guess = polarity(pixels)
    if not guess.bones_bright and guess.confidence > SURE:
        message = "bones look dark: inverted, or read with the wrong setting"
        yield Finding("warning", "polarity", f"{message} ({guess.confidence:.0%} sure).")


XRAY_CHECKS = (check_size, check_contrast, check_border, check_letters, check_polarity)
