"""What a volume's file holds before it is known to be a CT, and the checks that come first."""

from typing import NamedTuple

import numpy as np

from ct2xkeras.data.errors import DataError

SPACING_LIMITS = (0.02, 50.0)  # mm, generous: micro-CT to scout scans
# A deflate stream grows at most by this factor, so a header that claims more lies.
DEFLATE_LIMIT = 1032
SLACK = 1024  # bytes after the voxels that a writer may leave


class StoredGrid(NamedTuple):
    """Values on a grid as a file holds them, in any orientation.

    Args:
        values: (x, y, z) in the file's own order and number type.
        affine: (4, 4), index (x, y, z) to world RAS+ mm.
        slope, intercept: of the line from stored values to real ones.
        notes: what a user should know, a line each.
    """

    values: np.ndarray
    affine: np.ndarray
    slope: float = 1.0
    intercept: float = 0.0
    notes: tuple[str, ...] = ()


def affine_spacing(affine: np.ndarray) -> np.ndarray:
    """Voxel spacing (x, y, z) in mm of an affine (4, 4)."""
    return np.linalg.norm(np.asarray(affine)[:3, :3], axis=0)


def check_shape(path, shape) -> None:
    """Raises a `DataError` unless this is one volume."""
    if len(shape) < 3 or min(shape[:3]) < 2 or any(n != 1 for n in shape[3:]):
        found = f"shape {'x'.join(map(str, shape))}"
        mend = "Give one CT volume a file: split a time series, stack single slices."
        raise DataError(path, "three dimensions of at least 2 voxels", found, mend)


def check_affine(path, affine) -> None:
    """Raises a `DataError` unless voxels have a size and three independent axes."""
    spacing = affine_spacing(affine) if np.isfinite(affine).all() else np.full(3, np.nan)
    low, high = SPACING_LIMITS
    if not ((spacing >= low) & (spacing <= high)).all():
        found = "spacing " + " x ".join(f"{s:g}" for s in spacing) + " mm"
        expected = f"voxel spacing between {low} and {high:g} mm"
        raise DataError(path, expected, found, "Mend spacing and orientation in the header.")
    if abs(np.linalg.det(affine[:3, :3] / spacing)) < 0.1:
        mend = "Mend the orientation in the header, or convert it again."
        raise DataError(path, "three independent axes", "a singular affine", mend)


def claimed_bytes(shape, itemsize: int) -> int:
    """Bytes of an array, however large the numbers in a header are."""
    return int(np.prod(shape, dtype=object)) * itemsize


def check_claimed_size(path, shape, itemsize: int, stored: int, compressed: bool) -> None:
    """Before anything is allocated: can a file hold what its header claims?

    Args:
        stored: bytes that the file has for the voxels.
    """
    claimed = claimed_bytes(shape, itemsize)
    if claimed > stored * (DEFLATE_LIMIT if compressed else 1):
        claim = f"{'x'.join(map(str, shape))} voxels ({claimed} bytes)"
        raise damaged(path, f"{stored} bytes for a header that claims {claim}")
    if not compressed and stored > claimed + SLACK:
        raise too_long(path)


def damaged(path, found) -> DataError:
    """The error of a file that does not hold what it should."""
    return DataError(path, "a whole volume file", str(found), "Copy or convert it again.")


def too_long(path) -> DataError:
    """The error of a file whose header speaks of fewer voxels than there are."""
    return damaged(path, "more voxels than its header claims")


def unreadable(path, error: Exception) -> DataError:
    """The error of a file that a library or the file system cannot read."""
    return damaged(path, f"one that cannot be read ({type(error).__name__}: {error})")
