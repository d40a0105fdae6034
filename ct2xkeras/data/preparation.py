"""What is done to a radiograph before a model sees it, one small pure function a step.

border  -> the picture inside black or white bars, letterboxes and bare detector at the sides
window  -> grey values between two percentiles spread over [-1, 1]
crop    -> a part of the middle: the CT's own field is collimated, so the radiograph's must be too
resize  -> the model's size, antialiased

Pictures are (H, W), bones bright.
"""

import numpy as np
from scipy import ndimage

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.resampling import resample_image

DARK, BRIGHT = 0.04, 0.85  # of the grey range: bare detector or mask, saturated bar
# Shares of a line's pixels that make it border. Of dark ones in three passes, since bars at the
# sides make every row look dark until they are gone.
DARK_SHARES, BRIGHT_SHARE = (0.7, 0.45, 0.2), 0.9
REACH = 0.25  # of a side's length: border is looked for no deeper than this
LEAST_CONTRAST = 0.01  # of the full scale of the file's pixels, between the percentiles


def prepare_radiograph(radiograph, size, crop=1.0, window=(1.0, 99.0)) -> np.ndarray:
    """A radiograph as the model takes it: float32 `size`, in [-1, 1], bones bright.

    Args:
        radiograph: a `Radiograph`.
        size: (rows, columns) of the result.
        crop: share of the largest part of that shape that is kept, about the middle.
        window: percentiles of the border-free picture that become -1 and 1.

    Raises:
        DataError: no contrast is left inside the border.
    """
    inner = radiograph.pixels[border_box(radiograph.pixels)]
    try:
        inner = apply_window(inner, window)
    except ValueError as error:
        mend = "Leave it out: it holds no picture."
        raise DataError(radiograph.name, "a radiograph", str(error), mend) from error
    return resample_image(inner[crop_box(inner.shape, size, crop)], size)


def border_box(pixels: np.ndarray) -> tuple[slice, slice]:
    """The part of a picture (H, W) that no border line crosses, at least half of each side.

    A line is border when more than a fifth of it is as dark as the darkest pixels (tilted masks
    and burned-in letters leave the rest) or most of it is saturated.
    """
    box = [slice(0, length) for length in pixels.shape]
    for dark_share in DARK_SHARES:
        for axis in (0, 1):
            lines = _border_lines(pixels[tuple(box)], 1 - axis, dark_share)
            box[axis] = _trimmed(box[axis], lines, pixels.shape[axis])
    return tuple(box)


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


def apply_window(pixels: np.ndarray, percentiles=(1.0, 99.0)) -> np.ndarray:
    """Grey values between two percentiles to [-1, 1], clipped, float32.

    Raises:
        ValueError: the percentiles are too close to hold a picture.
    """
    low, high = np.percentile(pixels, percentiles)
    if high - low < LEAST_CONTRAST / 16:  # 12 bits of a 16-bit file, used to a hundredth
        raise ValueError(
            f"grey values from {low:.4f} to {high:.4f} of full scale inside its border"
        )
    return np.clip(2 * (pixels - low) / (high - low) - 1, -1, 1).astype(np.float32)


def crop_box(shape, size, share=1.0, shift=(0.0, 0.0)) -> tuple[slice, slice]:
    """A box of the proportions of `size` in a picture of `shape`.

    Args:
        share: of the largest such box, in (0, 1].
        shift: of the box's middle from the picture's, in shares of the room left, -1 to 1.
    """
    largest = min(shape[0] / size[0], shape[1] / size[1])
    lengths = [max(1, round(share * largest * n)) for n in size]
    starts = [round((n - m) / 2 * (1 + s)) for n, m, s in zip(shape, lengths, shift, strict=True)]
    return tuple(slice(s, s + m) for s, m in zip(starts, lengths, strict=True))
