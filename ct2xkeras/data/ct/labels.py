"""Segmentations on the grid of their CT."""

import numpy as np

from ct2xkeras.data.ct.volumes import Volume, canonical, read_grid
from ct2xkeras.data.errors import DataError
from ct2xkeras.geometry import check_same_grid

LARGEST = np.iinfo(np.uint16).max  # what records and pictures of labels hold


def read_labels(path, volume: Volume) -> np.ndarray:
    """Labels (z, y, x), int32, from a NIfTI, NRRD or MetaImage file on the grid of `volume`.

    Raises:
        DataError: unreadable, not whole numbers of 16 bits, or on another grid than the CT.
    """
    grid = read_grid(path)
    labels, affine = canonical(_whole_numbers(path, grid), grid.affine)
    try:
        check_same_grid(labels.shape, affine, volume.hu.shape, volume.affine)
    except ValueError as error:
        raise DataError(path, "labels on the CT's voxels", "others", str(error)) from error
    return labels


def _whole_numbers(path, grid) -> np.ndarray:
    """(x, y, z) int32."""
    values = grid.values
    if (grid.slope, grid.intercept) != (1.0, 0.0):
        values = values * grid.slope + grid.intercept
    inside = np.isfinite(values).all() and 0 <= values.min() <= values.max() <= LARGEST
    if not inside or (values.dtype.kind == "f" and (values != np.rint(values)).any()):
        shape = "x".join(map(str, values.shape))
        found = f"{values.dtype} values of shape {shape}, {values.min():g} to {values.max():g}"
        expected = f"one whole number a voxel, 0 to {LARGEST}"
        raise DataError(path, expected, found, "Export the label map, or number its labels anew.")
    return values.astype(np.int32)
