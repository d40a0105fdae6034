"""The scanner's field of view in the slices: the whole rectangle, or the circle inside it."""

import numpy as np
from scipy import ndimage

from ct2xkeras.data.ct.volumes import HU_MIN

ROUND_OUTSIDE = 0.95  # share of padding outside a round field
ROUND_INSIDE = 0.5  # and at most this share inside it: air may be clipped to the same value

BORDER = 2  # voxels: the outermost may be partly padding


def field_of_view(hu: np.ndarray) -> np.ndarray:
    """Mask (y, x) of the field that the slices of a CT (z, y, x) were measured in."""
    circle = _inscribed(hu.shape[1:])
    padded = hu == HU_MIN
    outside, inside = padded[:, ~circle], padded[:, circle]
    if outside.size and outside.mean() >= ROUND_OUTSIDE and inside.mean() <= ROUND_INSIDE:
        return circle
    return np.ones(hu.shape[1:], bool)


def _inscribed(shape) -> np.ndarray:
    y, x = (2 * (np.arange(n) + 0.5) / n - 1 for n in shape)
    return y[:, None] ** 2 + x[None] ** 2 <= 1


def padding_share(hu: np.ndarray) -> float:
    """Share of a CT's voxels (z, y, x) outside its field of view."""
    return 1 - float(field_of_view(hu).mean())


def border_voxels(array: np.ndarray, hu: np.ndarray) -> np.ndarray:
    """Values (z, n) of an array (z, y, x) at the border of a CT's field, two voxels deep."""
    field = field_of_view(hu)
    return array[:, field & ~ndimage.binary_erosion(field, iterations=BORDER)]


def border_share(body: np.ndarray, hu: np.ndarray) -> float:
    """Share of the field's border, in all slices, that a body mask (z, y, x) touches."""
    return float(border_voxels(body, hu).mean())
