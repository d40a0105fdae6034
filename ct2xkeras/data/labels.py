"""Segmentations on the grid of their CT."""

import numpy as np

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.volumes import Volume, canonical, open_nifti

TOLERANCE = 1e-2  # mm between the two grids, anywhere


def read_labels(path, volume: Volume) -> np.ndarray:
    """Labels (z, y, x), int32, from a NIfTI file on the grid of `volume`.

    Raises:
        DataError: unreadable, not whole numbers, or on another grid than the CT.
    """
    image = open_nifti(path)
    values = np.asarray(image.dataobj)
    if values.ndim != 3 or not np.array_equal(values, np.round(values)):
        found = f"{values.dtype} values of shape {'x'.join(map(str, values.shape))}"
        raise DataError(path, "one whole number a voxel", found, "Export the label map.")
    labels, affine = canonical(values.astype(np.int32), image.affine)
    _check_same_grid(path, labels.shape, affine, volume)
    return labels


def _check_same_grid(path, shape, affine, volume):
    corners = np.array([[0, 0, 0, 1], [*np.subtract(shape[::-1], 1), 1]], float)
    apart = np.abs(corners @ (affine - volume.affine).T).max()
    if shape != volume.hu.shape or apart > TOLERANCE:
        found = f"{_grid(shape)} voxels, {apart:.2f} mm away from the CT's at a corner"
        expected = f"the grid of the CT, {_grid(volume.hu.shape)} voxels (x, y, z)"
        mend = "Resample the labels to the CT, nearest neighbour."
        raise DataError(path, expected, found, mend)


def _grid(shape):
    return " x ".join(str(n) for n in shape[::-1])
