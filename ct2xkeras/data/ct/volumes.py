"""CT volumes: any supported file, folder or archive to HU on one convention.

Arrays are (z, y, x) and their indices grow towards the patient's head, front and right. The affine
maps a voxel index in the order (x, y, z) to world RAS+ mm, voxel centres at integer indices.
"""

from dataclasses import dataclass

import nibabel
import numpy as np

from ct2xkeras.data.ct.ct_source import VOLUME_SUFFIXES, is_grid_file, volume_name
from ct2xkeras.data.ct.hounsfield import HU_MAX, HU_MIN, HounsfieldBuffer
from ct2xkeras.data.ct.itk_volumes import read_itk
from ct2xkeras.data.ct.nifti import NIFTI_SUFFIXES, read_nifti
from ct2xkeras.data.ct.stored_grid import StoredGrid, affine_spacing
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.locations import exists, file_name, is_file, local_copy
from ct2xkeras.data.source_names import split_source

__all__ = [
    "HU_MAX",
    "HU_MIN",
    "Volume",
    "affine_spacing",
    "canonical",
    "read_grid",
    "read_volume",
    "volume_name",
]


@dataclass(frozen=True)
class Volume:
    """A CT in patient space.

    Args:
        hu: int16 (z, y, x), HU within [-1024, 3071].
        affine: (4, 4) float64, index (x, y, z) to world RAS+ mm.
        name: what reports and records call it.
        notes: what was found and mended on reading, a line each.
    """

    hu: np.ndarray
    affine: np.ndarray
    name: str
    notes: tuple[str, ...] = ()

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Distance between voxel centres along (z, y, x), mm."""
        return tuple(float(s) for s in affine_spacing(self.affine)[::-1])

    @property
    def extent(self) -> tuple[float, float, float]:
        """Size of the box of voxel faces along (z, y, x), mm."""
        return tuple(n * s for n, s in zip(self.hu.shape, self.spacing, strict=True))


def read_volume(source) -> Volume:
    """Reads a CT.

    Axes are flipped and swapped to the canonical order, never resampled: an oblique or sheared
    affine stays so. Padding becomes air and values outside [-1024, 3071] are cut off; `notes` say
    how many.

    Args:
        source: path or address of a NIfTI, NRRD or MetaImage file, or of a folder or zip of DICOM
            files; `PATH::SERIES_INSTANCE_UID` where that holds several series.

    Raises:
        DataError: missing or damaged, not one volume, no usable geometry, not a CT in HU, or the
            library that reads this kind of file is not installed.
    """
    path, series = split_source(source)
    if not exists(path):
        raise DataError(path, "a CT", "no such file or folder", "Check the path.")
    read = _read_file if is_grid_file(path) else _read_dicom
    hu, affine, notes = read(path, series)
    return Volume(*canonical(hu, affine), volume_name(source), notes)


def _read_file(path, series):
    grid = read_grid(path)
    buffer = HounsfieldBuffer(path, grid.values.shape)
    for index in range(grid.values.shape[2]):
        buffer.put(index, grid.values[..., index], grid.slope, grid.intercept)
    hu, notes = buffer.finish()
    return hu, grid.affine, grid.notes + notes


def _read_dicom(path, series):
    from ct2xkeras.data.ct.dicom_series import read_series

    return read_series(path, series)


def read_grid(path) -> StoredGrid:
    """The values that a NIfTI, NRRD or MetaImage file stores.

    Raises:
        DataError: as `read_volume`, but for the checks of HU.
    """
    if not is_file(path) or not is_grid_file(path):
        found = f"{file_name(path)!r}" if exists(path) else "no such file"
        raise DataError(path, f"a volume ({', '.join(VOLUME_SUFFIXES)})", found, "Check the path.")
    with local_copy(path) as local:
        read = read_nifti if str(path).lower().endswith(NIFTI_SUFFIXES) else read_itk
        return read(path, local)


def canonical(array, affine) -> tuple[np.ndarray, np.ndarray]:
    """(x, y, z) array in any orientation to contiguous (z, y, x) growing to S, A, R."""
    orientation = nibabel.io_orientation(affine)
    turned = nibabel.apply_orientation(array, orientation)
    affine = affine @ nibabel.orientations.inv_ornt_aff(orientation, array.shape)
    return np.ascontiguousarray(turned.transpose(2, 1, 0)), affine
