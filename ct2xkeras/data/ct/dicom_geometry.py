"""Where the slices of a series lie: pure functions of DICOM's orientation and positions.

Positions and directions are in DICOM's patient axes, LPS+, mm.
"""

from dataclasses import dataclass

import numpy as np

SAME_PLACE = 0.01  # of the usual gap: closer slices lie at one position
UNEVEN = 0.1  # of the usual gap: slices may be off an even grid by this much
SIDEWAYS = 0.5  # pixels: the same across the slices
TILTED = 0.2  # degrees between the stack and the slices' normal
RAS_FROM_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True)
class Plane:
    """How the slices of a series are turned.

    Args:
        along_columns: unit vector along which the column index grows.
        along_rows: unit vector along which the row index grows.
    """

    along_columns: np.ndarray
    along_rows: np.ndarray

    @property
    def normal(self) -> np.ndarray:
        return np.cross(self.along_columns, self.along_rows)


def plane_of(orientation) -> Plane:
    """From Image Orientation (Patient), six numbers.

    Raises:
        ValueError: not two perpendicular directions.
    """
    along_columns, along_rows = np.reshape(np.asarray(orientation, np.float64), (2, 3))
    lengths = np.linalg.norm([along_columns, along_rows], axis=1)
    if not np.allclose(lengths, 1, atol=0.01) or abs(along_columns @ along_rows) > 0.01:
        raise ValueError(f"Image Orientation (Patient) {[float(v) for v in orientation]}")
    return Plane(along_columns / lengths[0], along_rows / lengths[1])


def places(depths) -> list[list[int]]:
    """Indices of slices grouped by position, from the lowest depth along the normal (n,) up."""
    order = np.argsort(depths, kind="stable")
    gaps = np.diff(np.asarray(depths)[order])
    apart = gaps[gaps > 1e-3]
    limit = max(1e-3, SAME_PLACE * np.median(apart)) if len(apart) else np.inf
    starts = np.flatnonzero(gaps > limit) + 1
    return [part.tolist() for part in np.split(order, starts)]


def gap_problem(depths) -> str:
    """What is wrong with sorted, distinct depths (n,), mm; empty where they are even."""
    steps = np.diff(depths)
    even = np.linspace(depths[0], depths[-1], len(depths))
    if np.abs(depths - even).max() <= UNEVEN * steps.mean():
        return ""
    usual = np.median(steps)
    wide = np.flatnonzero(steps > 1.5 * usual)
    multiples = steps / usual
    if not len(wide) or np.abs(multiples - np.rint(multiples)).max() > 0.25:
        return f"uneven gaps of {steps.min():.4g} to {steps.max():.4g} mm between slices"
    missing = int(np.rint(multiples - 1).sum())
    first = wide[0]
    between = f"{depths[first]:.4g} and {depths[first + 1]:.4g} mm"
    more = f" and at {len(wide) - 1} more places" if len(wide) > 1 else ""
    what = f"{missing} slice{'s' * (missing > 1)} missing between {between}{more}"
    return f"{what} (usual gap {usual:.4g} mm)"


def sideways_drift(positions, plane: Plane) -> float:
    """How far slices lie beside the straight line from first to last, mm, across the normal."""
    line = np.linspace(positions[0], positions[-1], len(positions))
    off = positions - line
    across = off - np.outer(off @ plane.normal, plane.normal)
    return float(np.linalg.norm(across, axis=1).max())


def stack_affine(positions, plane: Plane, pixel_spacing) -> np.ndarray:
    """(4, 4), index (column, row, slice) to world RAS+ mm.

    A tilted gantry moves each slice a little sideways: the third axis is then not perpendicular.

    Args:
        positions: (n, 3) of the first pixels' centres, sorted and even.
        pixel_spacing: (between rows, between columns), mm.
    """
    affine = np.eye(4)
    affine[:3, 0] = plane.along_columns * pixel_spacing[1]
    affine[:3, 1] = plane.along_rows * pixel_spacing[0]
    affine[:3, 2] = (positions[-1] - positions[0]) / (len(positions) - 1)
    affine[:3, 3] = positions[0]
    return RAS_FROM_LPS @ affine


def gantry_tilt(positions, plane: Plane) -> float:
    """Degrees between the direction of the stack and the slices' normal; 0 below `TILTED`."""
    step = positions[-1] - positions[0]
    across = np.linalg.norm(step - (step @ plane.normal) * plane.normal)
    tilt = float(np.degrees(np.arctan2(across, step @ plane.normal)))
    return tilt if tilt >= TILTED else 0.0
