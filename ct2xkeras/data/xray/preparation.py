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


def prepare_radiograph(radiograph, size, crop=1.0, window=(1.0, 99.0), crop_mm=None) -> np.ndarray:
    """A radiograph as the model takes it: float32 `size`, in [-1, 1], bones bright.

    Args:
        radiograph: a `Radiograph`.
        size: (rows, columns) of the result.
        crop: share of the largest part of that shape that is kept, about the middle.
        window: percentiles of the border-free picture that become -1 and 1.
        crop_mm: width that is kept, in mm at the detector; replaces `crop` where the radiograph's
            pixel spacing is known.

    Raises:
        DataError: no contrast is left inside the border.
    """
    return preparation_steps(radiograph, size, crop, window, crop_mm)[-1][1]


def preparation_steps(
    radiograph, size, crop=1.0, window=(1.0, 99.0), crop_mm=None
) -> list[tuple[str, np.ndarray, str]]:
    """Every step of `prepare_radiograph`, with its arguments and errors.

    Returns:
        (name of the step, picture (H, W) after it, caption that says what it did) of "stored",
        "letterbox", "border", "window", "crop" and "resize". Grey values are in [0, 1] up to
        "border", in [-1, 1] from "window" on.
    """
    steps = [("stored", radiograph.pixels, _lengths(radiograph.pixels))]

    def take(name, box, caption="{}"):
        inner = steps[-1][1][box]
        steps.append((name, inner, caption.format(_lengths(inner))))

    take("letterbox", letterbox_box(radiograph.pixels))
    take("border", border_box(steps[-1][1]))
    windowed, caption = _windowed(radiograph.name, steps[-1][1], window)
    steps.append(("window", windowed, caption))
    if crop_mm is not None and radiograph.pixel_spacing is not None:
        box = crop_box_mm(windowed.shape, size, crop_mm, radiograph.pixel_spacing)
        width = (box[1].stop - box[1].start) * radiograph.pixel_spacing[1]
        take("crop", box, f"{width:.0f} mm: {{}}")
    else:
        take("crop", crop_box(windowed.shape, size, crop), f"{crop:.0%}: {{}}")
    steps.append(("resize", resample_image(steps[-1][1], size), f"{size[0]} x {size[1]}"))
    return steps


def _lengths(pixels) -> str:
    return f"{pixels.shape[0]} x {pixels.shape[1]}"


def _windowed(name, pixels, percentiles) -> tuple[np.ndarray, str]:
    low, high = np.percentile(pixels, percentiles)
    try:
        return apply_window(pixels, percentiles), f"{low:.3f} to {high:.3f}"
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


def crop_box_mm(shape, size, width, spacing) -> tuple[slice, slice]:
    """The middle box of a picture of `shape` that is `width` mm wide, of the proportions of `size`.

    Where the picture is smaller, the largest box of these proportions in mm.

    Args:
        spacing: (rows, columns) of the picture's pixels in mm.
    """
    wanted = [width * n / size[1] / mm for n, mm in zip(size, spacing, strict=True)]
    largest = min(1.0, *(n / m for n, m in zip(shape, wanted, strict=True)))
    lengths = [max(1, round(largest * n)) for n in wanted]
    return tuple(slice((n - m) // 2, (n - m) // 2 + m) for n, m in zip(shape, lengths, strict=True))
