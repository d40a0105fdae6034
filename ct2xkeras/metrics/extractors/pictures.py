"""What extractors and perceptual distances ask of pictures."""

import numpy as np

#: Networks overshoot [-1, 1] a little; far beyond it are pictures on another scale.
LARGEST_VALUE = 2.0


def checked_pictures(images, who):
    """Pictures in [-1, 1], (n, height, width, 1), as float32, n at least 1.

    Raises:
        ValueError: they are not; `who` asked for them.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] != 1 or 0 in images.shape:
        raise ValueError(
            f"{who}: expected one picture or more, (n, height, width, 1), found {images.shape}."
        )
    images = images.astype(np.float32, copy=False)
    largest = np.abs(images).max()
    if not largest <= LARGEST_VALUE:  # NaN is not, either
        raise ValueError(f"{who}: expected values in [-1, 1], found {largest}.")
    return images
