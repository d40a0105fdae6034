"""NIfTI files, checked before and while they are read."""

import gzip

import nibabel
import numpy as np
from nibabel.arrayproxy import ArrayProxy

from ct2xkeras.data.ct.stored_grid import (
    SLACK,
    StoredGrid,
    affine_spacing,
    check_affine,
    check_claimed_size,
    check_shape,
    too_long,
    unreadable,
)
from ct2xkeras.data.errors import DataError

NIFTI_SUFFIXES = (".nii", ".nii.gz")


def read_nifti(path, local) -> StoredGrid:
    """The stored values of a NIfTI file, not yet scaled.

    Args:
        path: what errors name.
        local: `Path` of the file or of a copy of it.

    Raises:
        DataError: damaged, not three-dimensional, without usable spacing, more than one number a
            voxel, or a header that claims more or fewer voxels than the file holds.
    """
    image = _opened(path, local)
    check_shape(path, image.shape)
    check_affine(path, image.affine)
    if image.get_data_dtype().kind not in "iuf":
        found = f"values of type {image.get_data_dtype()}"
        raise DataError(path, "one number a voxel", found, "Export the CT, not a picture of it.")
    stored = local.stat().st_size - (0 if _is_gzip(local) else image.dataobj.offset)
    itemsize = image.get_data_dtype().itemsize
    check_claimed_size(path, image.shape, itemsize, stored, _is_gzip(local))
    values = _stored_values(path, local, image)
    scale = float(image.dataobj.slope), float(image.dataobj.inter)
    return StoredGrid(values, image.affine, *scale, _geometry_notes(image))


def _is_gzip(local) -> bool:
    return local.suffix.lower() == ".gz"


def _opened(path, local):
    """A NIfTI image whose header could be read; its values are not loaded yet."""
    try:
        return nibabel.load(local, mmap=False)
    except Exception as error:  # a parser of damaged bytes may raise anything
        raise unreadable(path, error) from error


def _stored_values(path, local, image) -> np.ndarray:
    """(x, y, z). Read to the very end of the file: there gzip keeps its checksum."""
    try:
        with (gzip.open if _is_gzip(local) else open)(local, "rb") as stream:
            where = (image.shape, image.get_data_dtype(), image.dataobj.offset)
            values = ArrayProxy(stream, where, mmap=False).get_unscaled()
            rest = stream.read(SLACK + 1)
    except Exception as error:
        raise unreadable(path, error) from error
    if len(rest) > SLACK:
        raise too_long(path)
    return values.reshape(image.shape[:3])


def _geometry_notes(image) -> tuple[str, ...]:
    header, notes = image.header, []
    if not (header["sform_code"] or header["qform_code"]):
        notes.append("no orientation in the header: first axis taken as growing to the left")
    elif header["sform_code"] and header["qform_code"]:
        apart = np.abs(header.get_qform() - header.get_sform()).max()
        if apart > 0.1:
            notes.append(f"qform and sform differ by {apart:.3g} mm: the sform was taken")
    zooms, spacing = header.get_zooms()[:3], affine_spacing(image.affine)
    if not np.allclose(zooms, spacing, rtol=0.01):
        told = [" x ".join(f"{s:g}" for s in sizes) for sizes in (zooms, np.round(spacing, 4))]
        notes.append(f"pixdim says {told[0]} mm, the affine {told[1]} mm: the affine was taken")
    return tuple(notes)
