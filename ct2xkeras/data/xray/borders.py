"""What surrounds a radiograph in its file: bars of one grey, shutters, masks, bare detector.

Boxes are (rows, columns) slices of pictures (H, W), bones bright.
"""

import numpy as np
from scipy import ndimage

FLAT = 0.02  # of the grey range: what compression leaves of a bar of one grey
DARK, BRIGHT = 0.04, 0.85  # of the grey range: bare detector or mask, saturated bar
# Shares of a line's pixels that make it border. Of dark ones in three passes, since bars at the
# sides make every row look dark until they are gone.
DARK_SHARES, BRIGHT_SHARE = (0.7, 0.45, 0.2), 0.9
REACH = 0.25  # of a side's length: border is looked for no deeper than this
#: Pixels of the longer side that are enough to see border; connected parts of all pixels of a large
#: radiograph take a server longer than a request may.
ENOUGH = 1024


def letterbox_box(pixels: np.ndarray) -> tuple[slice, slice]:
    """The part of a picture (H, W) inside edge lines of one grey each, however many there are.

    The whole picture where every line is of one grey.
    """
    tolerance = FLAT * np.ptp(pixels)
    whole = box = tuple(slice(0, length) for length in pixels.shape)
    while True:
        smaller = box
        for axis in (0, 1):
            smaller = _without_flat_ends(pixels, smaller, axis, tolerance)
            if smaller is None:
                return whole
        if smaller == box:
            return box
        box = smaller


def _without_flat_ends(pixels, box, axis, tolerance) -> tuple[slice, slice] | None:
    """`box` without the lines at its ends, of rows (axis=0) or columns (axis=1), that are flat."""
    lively = np.flatnonzero(np.ptp(pixels[box], axis=1 - axis) > tolerance)
    if not lively.size:
        return None
    start = box[axis].start
    part = slice(start + int(lively[0]), start + int(lively[-1]) + 1)
    return (part, box[1]) if axis == 0 else (box[0], part)


def border_box(pixels: np.ndarray) -> tuple[slice, slice]:
    """The part of a picture (H, W) that no border line crosses, about half of each side at least.

    A line is border when more than a fifth of it is as dark as the darkest pixels (tilted masks
    and burned-in letters leave the rest) or most of it is saturated. Of pictures of more than
    1024 pixels a side every second line is looked at, or every third, and so on.
    """
    step = -(-max(pixels.shape) // ENOUGH)
    few = pixels[::step, ::step]
    box = [slice(0, length) for length in few.shape]
    for dark_share in DARK_SHARES:
        for axis in (0, 1):
            lines = _border_lines(few[tuple(box)], 1 - axis, dark_share)
            box[axis] = _trimmed(box[axis], lines, few.shape[axis])
    lengths = zip(box, few.shape, pixels.shape, strict=True)
    return tuple(_of_all_lines(part, step, seen, length) for part, seen, length in lengths)


def _of_all_lines(part, step, seen, length) -> slice:
    """Between the lines of all `length` that a part of the `seen` ones, `step` apart, begins with
    and ends with; lines behind the last one seen are as that one."""
    return slice(part.start * step, length if part.stop == seen else (part.stop - 1) * step + 1)


def _border_lines(pixels, across, dark_share) -> np.ndarray:
    """Which rows (across=1) or columns (across=0) of a picture are border."""
    low, high = np.percentile(pixels, (1, 99))
    dark = _reaching_edge(pixels <= low + DARK * (high - low))
    bright = pixels >= low + BRIGHT * (high - low)
    return (dark.mean(across) > dark_share) | (bright.mean(across) > BRIGHT_SHARE)


def _reaching_edge(mask) -> np.ndarray:
    """The connected parts of a mask that touch the picture's edge: no lung is among them."""
    labels, number = ndimage.label(mask)
    touching = np.zeros(number + 1, bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        touching[np.unique(edge)] = True
    touching[0] = False
    return touching[labels]


def _trimmed(part: slice, border: np.ndarray, length: int) -> slice:
    """`part` without what lies outside its innermost border lines near either end."""
    reach = int(REACH * length)
    first, last = reach - part.start, length - reach - part.start
    start = _after_last(border[: max(0, first)])
    stop = _after_last(border[last:][::-1])
    return slice(part.start + start, part.stop - stop)


def _after_last(flags) -> int:
    """How many entries end with the last true one."""
    return int(np.flatnonzero(flags)[-1]) + 1 if flags.any() else 0
