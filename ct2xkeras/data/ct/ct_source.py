"""How a CT is named: a path or address, and where it holds several series, which of them."""

import re

from ct2xkeras.data.ct.itk_headers import ITK_SUFFIXES
from ct2xkeras.data.ct.nifti import NIFTI_SUFFIXES
from ct2xkeras.data.dataset.fingerprints import SERIES_MARK
from ct2xkeras.data.locations import file_name

VOLUME_SUFFIXES = NIFTI_SUFFIXES + ITK_SUFFIXES
SUFFIXES = (".nii.gz", ".nii", *ITK_SUFFIXES, ".zip", ".dcm", ".dicom")
SERIES = re.compile(rf"(?P<path>.+){SERIES_MARK}(?P<uid>[0-9][0-9.]*)", re.DOTALL)


def split_source(source) -> tuple[str, str]:
    """`PATH::UID` to (path, series UID); the UID is empty where none is given."""
    match = SERIES.fullmatch(str(source))
    return (match["path"], match["uid"]) if match else (str(source), "")


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
