"""NRRD and MetaImage files through SimpleITK, whose world is LPS+."""

import numpy as np

from ct2xkeras.data.ct.itk_headers import NRRD_SUFFIXES, check_voxels, read_itk_header
from ct2xkeras.data.ct.stored_grid import StoredGrid, check_affine, unreadable
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.locations import is_remote

RAS_FROM_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def read_itk(path, local) -> StoredGrid:
    """The stored values of a `.nrrd`, `.nhdr`, `.mha` or `.mhd` file (needs the `[itk]` extra).

    Args:
        path: what errors name.
        local: `Path` of the file or of a copy of it.

    Raises:
        DataError: damaged, not three-dimensional, without usable spacing, more than one number a
            voxel, a header that claims other voxels than there are, or SimpleITK is missing.
    """
    sitk = _simpleitk(path)
    header = read_itk_header(path, local)
    if header.data_file and is_remote(path):
        mend = "Save it as one .nrrd or .mha file."
        raise DataError(path, "header and voxels in one file at an address", "two files", mend)
    check_voxels(path, local, header)
    reader = sitk.ImageFileReader()
    nrrd = str(path).lower().endswith(NRRD_SUFFIXES)
    reader.SetImageIO("NrrdImageIO" if nrrd else "MetaImageIO")
    reader.SetFileName(str(local))
    try:
        image = reader.Execute()
    except RuntimeError as error:
        raise unreadable(path, error) from error
    if image.GetSize() != header.shape or image.GetNumberOfComponentsPerPixel() != 1:
        raise unreadable(path, ValueError(f"read as {image.GetSize()}, not {header.shape}"))
    affine = lps_affine(image)
    check_affine(path, affine)
    notes = () if header.oriented else ("no orientation in the header: axes taken as LPS",)
    values = sitk.GetArrayFromImage(image).T
    return StoredGrid(values.reshape(header.shape[:3]), affine, notes=notes)


def lps_affine(image) -> np.ndarray:
    """(4, 4), index (x, y, z) of a SimpleITK image to world RAS+ mm."""
    dimensions = image.GetDimension()
    direction = np.reshape(image.GetDirection(), (dimensions, dimensions))[:3, :3]
    affine = np.eye(4)
    affine[:3, :3] = direction * image.GetSpacing()[:3]
    affine[:3, 3] = image.GetOrigin()[:3]
    return RAS_FROM_LPS @ affine


def _simpleitk(path):
    try:
        import SimpleITK
    except ImportError:
        mend = "Install it: pip install 'ct2xkeras[itk]'"
        raise DataError(path, "SimpleITK for NRRD and MetaImage", "no SimpleITK", mend) from None
    return SimpleITK
