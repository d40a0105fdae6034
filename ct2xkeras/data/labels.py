"""Segmentations on the grid of their CT."""

import numpy as np

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.volumes import Volume, canonical, open_nifti
from ct2xkeras.geometry import check_same_grid


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
    try:
        check_same_grid(labels.shape, affine, volume.hu.shape, volume.affine)
    except ValueError as error:
        raise DataError(path, "labels on the CT's voxels", "others", str(error)) from error
    return labels
