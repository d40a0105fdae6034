"""CT volumes: a NIfTI file in any orientation to HU on one convention.

Arrays are (z, y, x) and their indices grow towards the patient's head, front and right. The affine
maps a voxel index in the order (x, y, z) to world RAS+ mm, voxel centres at integer indices.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError

from ct2xkeras.data.errors import DataError

HU_MIN, HU_MAX = -1024, 3071
SPACING_LIMITS = (0.02, 50.0)  # mm, generous: micro-CT to scout scans
NIFTI_SUFFIXES = (".nii", ".nii.gz")
# A deflate stream grows at most by this factor, so a header that claims more lies.
DEFLATE_LIMIT = 1032


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


def affine_spacing(affine: np.ndarray) -> np.ndarray:
    """Voxel spacing (x, y, z) in mm of an affine (4, 4)."""
    return np.linalg.norm(np.asarray(affine)[:3, :3], axis=0)


def is_nifti(path) -> bool:
    return str(path).lower().endswith(NIFTI_SUFFIXES)


def volume_name(path) -> str:
    """File name without `.nii` or `.nii.gz`."""
    name = Path(path).name
    return next((name[: -len(s)] for s in (".nii.gz", ".nii") if name.lower().endswith(s)), name)


def read_volume(path) -> Volume:
    """Reads a CT from NIfTI (`.nii`, `.nii.gz`).

    Axes are flipped and swapped to the canonical order, never resampled: an oblique affine stays
    oblique. Scanner padding below -1024 becomes air.

    Raises:
        DataError: missing or damaged file, not three-dimensional, no usable spacing, not a CT.
    """
    image = open_nifti(path)
    _check_shape(path, image)
    _check_affine(path, image.affine)
    _check_claimed_size(path, image)
    values = _load(path, image)
    _check_values(path, values, image.get_data_dtype())
    hu = np.rint(np.clip(values, HU_MIN, HU_MAX, out=values)).astype(np.int16)
    return Volume(*canonical(hu, image.affine), volume_name(path))


def open_nifti(path):
    """A NIfTI image whose header could be read; its values are not loaded yet."""
    if not Path(path).is_file():
        raise DataError(path, "a CT as NIfTI", "no such file", "Check the path.")
    if not is_nifti(path):
        found = f"a file ending in {Path(path).suffix or 'nothing'!r}"
        raise DataError(path, "a CT as NIfTI (.nii, .nii.gz)", found, "Convert it, e.g. dcm2niix.")
    try:
        return nibabel.load(path, mmap=False)
    except (ImageFileError, HeaderDataError, OSError, EOFError, ValueError) as error:
        raise _damaged(path, error) from error


def _damaged(path, error) -> DataError:
    found = f"one that cannot be read ({type(error).__name__}: {error})"
    return DataError(path, "a whole NIfTI file", found, "Copy or convert it again.")


def _check_shape(path, image) -> None:
    shape = image.shape
    if len(shape) < 3 or min(shape[:3]) < 2 or max(shape[3:], default=1) != 1:
        found = f"shape {'x'.join(map(str, shape))}"
        mend = "Give one CT volume a file: split a time series, stack single slices."
        raise DataError(path, "three dimensions of at least 2 voxels", found, mend)


def _check_affine(path, affine) -> None:
    spacing = affine_spacing(affine) if np.isfinite(affine).all() else np.full(3, np.nan)
    low, high = SPACING_LIMITS
    if not ((spacing >= low) & (spacing <= high)).all():
        found = "spacing " + " x ".join(f"{s:g}" for s in spacing) + " mm"
        expected = f"voxel spacing between {low} and {high:g} mm"
        raise DataError(path, expected, found, "Mend pixdim/sform in the header.")
    if abs(np.linalg.det(affine[:3, :3] / spacing)) < 0.1:
        mend = "Mend sform/qform in the header, or convert it again."
        raise DataError(path, "three independent axes", "a singular affine", mend)


def _check_claimed_size(path, image) -> None:
    """Before anything is allocated: can the file hold what its header claims?"""
    on_disk = Path(path).stat().st_size
    limit = on_disk * (DEFLATE_LIMIT if str(path).lower().endswith(".gz") else 1)
    claimed = int(np.prod(image.shape, dtype=object)) * image.get_data_dtype().itemsize
    if claimed > limit:
        shape = "x".join(map(str, image.shape))
        found = f"{on_disk} bytes for a header that claims {shape} voxels ({claimed} bytes)"
        raise DataError(path, "a whole NIfTI file", found, "Copy or convert it again.")


def _load(path, image) -> np.ndarray:
    """(x, y, z) values, scaled to HU by the header, as float32."""
    if image.get_data_dtype().kind not in "iuf":
        found = f"values of type {image.get_data_dtype()}"
        raise DataError(path, "one HU value a voxel", found, "Export the CT, not a picture of it.")
    try:
        values = np.asarray(image.dataobj, np.float32)
    except (OSError, EOFError, ValueError, MemoryError, zlib.error) as error:
        raise _damaged(path, error) from error
    return values.reshape(image.shape[:3])


def _check_values(path, values, dtype) -> None:
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high]).all():
        mend = "Replace the missing voxels by -1024 (air)."
        raise DataError(path, "finite HU", "NaN or infinite voxels", mend)
    if low > -200 or high < -500:
        found = f"values from {low:g} to {high:g} ({dtype})"
        mend = _not_a_ct(low, high)
        raise DataError(path, "a CT in HU (air about -1000, tissue about 0)", found, mend)


def _not_a_ct(low, high) -> str:
    if low >= 0 and high >= 1000:
        return "If it is a CT stored with an offset, set scl_inter to -1024."
    return "A segmentation, an MRI or a map cannot take a CT's place."


def canonical(array, affine) -> tuple[np.ndarray, np.ndarray]:
    """(x, y, z) array in any orientation to contiguous (z, y, x) growing to S, A, R."""
    orientation = nibabel.io_orientation(affine)
    turned = nibabel.apply_orientation(array, orientation)
    affine = affine @ nibabel.orientations.inv_ornt_aff(orientation, array.shape)
    return np.ascontiguousarray(turned.transpose(2, 1, 0)), affine
