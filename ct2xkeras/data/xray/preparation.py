"""What is done to a radiograph before a model sees it, one small pure function a step.

letterbox -> the picture inside bars of one grey
border    -> without collimation, masks, bare detector and burned-in bars at the sides
window    -> grey values between two percentiles spread over [-1, 1]
crop      -> a part of the middle: the CT's own field is collimated, so the radiograph's must be too
resize    -> the model's size, antialiased

Pictures are (H, W), bones bright.
"""

import numpy as np

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.resampling import resample_image
from ct2xkeras.data.xray.borders import border_box, letterbox_box

LEAST_CONTRAST = 0.01  # of the full scale of the file's pixels, between the percentiles


def prepare_radiograph(radiograph, size, crop=1.0, window=(1.0, 99.0)) -> np.ndarray:
    """A radiograph as the model takes it: float32 `size`, in [-1, 1], bones bright.

    Where its pixels are known not to be square, the part that is kept has the proportions of `size`
    in mm, so that shapes stay what they are.

    Args:
        radiograph: a `Radiograph`.
        size: (rows, columns) of the result.
        crop: share of the largest part of that shape that is kept, about the middle.
        window: percentiles of the border-free picture that become -1 and 1.

    Raises:
        DataError: no contrast is left inside the border.
    """
    pixels = radiograph.pixels[letterbox_box(radiograph.pixels)]
    pixels = _windowed(radiograph.name, pixels[border_box(pixels)], window)
    rows, columns = radiograph.pixel_spacing or (1.0, 1.0)
    return resample_image(pixels[crop_box(pixels.shape, size, crop, rows / columns)], size)


def _windowed(name, pixels, percentiles) -> np.ndarray:
    try:
        return apply_window(pixels, percentiles)
    except ValueError as error:
        mend = "Leave it out: it holds no picture."
        raise DataError(name, "a radiograph", str(error), mend) from error


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


def crop_box(shape, size, share=1.0, aspect=1.0) -> tuple[slice, slice]:
    """The middle box of a picture of `shape` that has the proportions of `size`.

    Args:
        share: of the largest such box, in (0, 1].
        aspect: height of the picture's pixels by their width; the proportions are those in mm.
    """
    largest = min(shape[0] * aspect / size[0], shape[1] / size[1])
    lengths = [
        max(1, round(share * largest * n / a)) for n, a in zip(size, (aspect, 1.0), strict=True)
    ]
    starts = [round((n - m) / 2) for n, m in zip(shape, lengths, strict=True)]
    return tuple(slice(s, s + m) for s, m in zip(starts, lengths, strict=True))
