"""How a file's own axes lie in the patient. Reading turns them; here it is only told."""

import nibabel
import numpy as np
from nibabel.filebasedimages import ImageFileError

from ct2xkeras.data.ct.nifti import NIFTI_SUFFIXES
from ct2xkeras.data.inspection.ct_overview import CtOverview
from ct2xkeras.data.inspection.findings import Finding
from ct2xkeras.data.locations import is_remote

OBLIQUE = 1.0  # degrees
_OPPOSITE = str.maketrans("RLAPSI", "LRPAIS")


def stored_axes(source) -> str:
    """Where a NIfTI file's axes grow, as "LPS"; "" for other formats and addresses."""
    if is_remote(source) or not source.lower().endswith(NIFTI_SUFFIXES):
        return ""
    try:
        return "".join(nibabel.aff2axcodes(nibabel.load(source).affine))
    except (ImageFileError, OSError, ValueError):  # named otherwise than it is packed
        return ""


def is_left_handed(axes: str) -> bool:
    """Whether three axis codes make a mirrored frame, as "LAS"."""
    order = ["RAS".find(code if code in "RAS" else code.translate(_OPPOSITE)) for code in axes]
    frame = np.zeros((3, 3))
    frame[range(3), order] = [1 if code in "RAS" else -1 for code in axes]
    return bool(np.linalg.det(frame) < 0)


def tilt(affine: np.ndarray) -> float:
    """Largest angle between a voxel axis and the world axis nearest to it, degrees."""
    directions = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return float(np.degrees(np.arccos(np.clip(np.abs(directions).max(axis=0), 0, 1)).max()))


def check_orientation(ct: CtOverview, axes: str):
    """Tilted or mirrored axes: no fault, but other programs may misread them.

    Args:
        axes: as `stored_axes` gives them.
    """
    if (angle := tilt(ct.affine)) > OBLIQUE:
        message = f"axes are tilted by {angle:.0f} degrees: the model's grid is resampled"
        yield Finding("note", "oblique", f"{message} along the patient's.")
    if axes and is_left_handed(axes):
        message = f"stored with left-handed axes ({axes}): read right here, but programs that"
        yield Finding("note", "left-handed", f"{message} ignore the header mirror it.")
