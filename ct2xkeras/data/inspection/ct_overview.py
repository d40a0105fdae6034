"""What the checks of a CT look at: a few numbers and a coarse copy, so that the CT can go.

A CT is walked through slice by slice: no second copy of it is made.
"""

from dataclasses import dataclass

import numpy as np

from ct2xkeras.data.ct.body import WORKING_SPACING, body_mask
from ct2xkeras.data.ct.volumes import HU_MAX, HU_MIN, Volume
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.inspection.content import array_digest


@dataclass(frozen=True)
class CtOverview:
    """A CT in short; arrays are (z, y, x), growing to head, front and right.

    Args:
        shape: voxels.
        affine: (4, 4), index (x, y, z) to world RAS+ mm.
        spacing, extent: mm.
        histogram: (4096,) voxels of each HU from -1024 on.
        coarse: every n-th voxel, HU, and coarse_spacing, about 2.5 mm or the CT's own.
        body: mask of the patient on the coarse grid; nothing where there is none.
        slices: a digest of each slice that holds more than one value, from the feet on.
    """

    shape: tuple[int, int, int]
    affine: np.ndarray
    spacing: tuple[float, float, float]
    extent: tuple[float, float, float]
    histogram: np.ndarray
    coarse: np.ndarray
    coarse_spacing: tuple[float, float, float]
    body: np.ndarray
    slices: tuple[str, ...]

    @property
    def value_range(self) -> tuple[int, int]:
        """Least and largest HU."""
        filled = np.flatnonzero(self.histogram)
        return int(filled[0]) + HU_MIN, int(filled[-1]) + HU_MIN


def measure_ct(volume: Volume) -> CtOverview:
    """The overview of a CT."""
    steps = [max(1, int(WORKING_SPACING / s)) for s in volume.spacing]
    coarse = volume.hu[:: steps[0], :: steps[1], :: steps[2]].copy()
    coarse_spacing = tuple(n * s for n, s in zip(steps, volume.spacing, strict=True))
    return CtOverview(
        shape=volume.hu.shape,
        affine=volume.affine,
        spacing=volume.spacing,
        extent=volume.extent,
        histogram=_histogram(volume.hu),
        coarse=coarse,
        coarse_spacing=coarse_spacing,
        body=_body(coarse, coarse_spacing),
        slices=tuple(array_digest(part) for part in volume.hu if part.min() < part.max()),
    )


def _histogram(hu) -> np.ndarray:
    bins = HU_MAX - HU_MIN + 1
    counts = np.zeros(bins, np.int64)
    for part in hu:
        counts += np.bincount(part.ravel().astype(np.int32) - HU_MIN, minlength=bins)
    return counts


def _body(coarse, spacing) -> np.ndarray:
    try:
        return body_mask(coarse, spacing)
    except DataError:  # air only; `check_patient` says so
        return np.zeros(coarse.shape, bool)
