"""Slices of a CT as pictures, hung as in the clinic."""

import numpy as np

from ct2xkeras.data.resampling import fit_image

WINDOW = (-1000.0, 500.0)  # HU shown black and white: lung, fat and bone all tell


def slice_pictures(hu, spacing, middle, side) -> list[np.ndarray]:
    """Axial, coronal and sagittal slice, about [-1, 1]: front or head up, patient's left at right.

    Args:
        hu: (z, y, x), indices growing to S, A, R.
        spacing: (z, y, x) mm.
        middle: (z, y, x) index at which the slices meet.
        side: pixels of a picture's longer side; the shorter follows from the mm.
    """
    (z, y, x), (dz, dy, dx) = middle, spacing
    planes = (
        (hu[z, ::-1, ::-1], (dy, dx)),
        (hu[::-1, y, ::-1], (dz, dx)),
        (hu[::-1, ::-1, x], (dz, dy)),
    )
    return [fit_image(_windowed(plane), side, of_pixels) for plane, of_pixels in planes]


def _windowed(hu) -> np.ndarray:
    low, high = WINDOW
    return 2 * (hu.astype(np.float32) - low) / (high - low) - 1
