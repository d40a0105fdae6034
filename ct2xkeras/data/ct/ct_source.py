"""What a CT's name says: the kind of file, and what reports call it."""

from ct2xkeras.data.ct.itk_headers import ITK_SUFFIXES
from ct2xkeras.data.ct.nifti import NIFTI_SUFFIXES
from ct2xkeras.data.locations import file_name
from ct2xkeras.data.source_names import split_source

VOLUME_SUFFIXES = NIFTI_SUFFIXES + ITK_SUFFIXES
SUFFIXES = (".nii.gz", ".nii", *ITK_SUFFIXES, ".zip", ".dcm", ".dicom")


def is_grid_file(path) -> bool:
    """Whether a file's ending says that it holds one volume."""
    return str(path).lower().endswith(VOLUME_SUFFIXES)


def volume_name(source) -> str:
    """File or folder name without ending; of a series, with the last part of its UID."""
    path, series = split_source(source)
    name = file_name(path)
    lower = name.lower()
    name = next((name[: -len(end)] for end in SUFFIXES if lower.endswith(end)), name)
    return f"{name}_{series.rstrip('.').rsplit('.', 1)[-1]}" if series else name
