"""Views of one CT whose field of view fits what the CT covers."""

import math
from dataclasses import dataclass

import numpy as np

from ct2xkeras.geometry.footprint import fit_footprints
from ct2xkeras.geometry.pose import CArmPose, Detector, pose_vector
from ct2xkeras.geometry.rotation import camera_rotation
from ct2xkeras.geometry.views import parse_view

WIDEST_FOOTPRINT = 1000.0  # mm; what the CT covers is smaller
LEAST_SHARE = 0.6  # of the CT's shortest side that is shown even where rays leave the CT


@dataclass(frozen=True)
class View:
    """A view to be drawn: name, pose vector about the CT's middle, whether the CT cuts it off."""

    name: str
    pose: np.ndarray
    truncated: bool


def resolve_views(texts, extent, size, sdd, sod, footprint=None, limit=WIDEST_FOOTPRINT):
    """Poses about the CT's middle.

    Args:
        texts: views as given, see `parse_view`.
        extent: (z, y, x) of the CT in mm.
        size: (rows, columns) of the pictures.
        sdd, sod: mm.
        footprint: mm at the isocentre of the picture's longer side, taken as it is. None fits it to
            what the CT covers, up to `limit`, but shows no less than 0.6 of the CT's shortest side.

    Raises:
        ValueError: a view is unknown, its source lies in the CT, or the detector before its middle.
    """
    return [_resolve(text, extent, size, sdd, sod, footprint, limit) for text in texts]


def usual_views(texts, extent, size, camera, sdd=None, sod=None, footprint=None):
    """`resolve_views` at a model's usual distances, where none are given.

    Args:
        camera: usual sdd and sod, and the widest footprint to fit, in mm. The usual sod is
            taken in proportion where another sdd is given.
    """
    usual_sdd, usual_sod, widest = camera
    sdd = sdd or usual_sdd
    sod = sod or sdd * usual_sod / usual_sdd
    return resolve_views(texts, extent, size, sdd, sod, footprint, limit=widest)


def _resolve(text, extent, size, sdd, sod, footprint, limit):
    name, primary, secondary = parse_view(text)
    _check_distances(name, camera_rotation(primary, secondary)[2], extent, sdd, sod)
    pose = CArmPose(primary, secondary, sdd=sdd, sod=sod)
    vector = pose_vector(pose, Detector(*size, (1.0, 1.0))).astype(np.float64)
    wanted, margin = np.array([footprint or limit]), extent[0] / 100
    fitted = fit_footprints(vector[None], wanted, extent, size, margin)[0]
    shown = footprint or max(fitted, min(limit, LEAST_SHARE * min(extent)))
    vector[8:10] = shown * sdd / sod / max(size)
    return View(name, vector.astype(np.float32), truncated=bool(shown > fitted + 1e-3))


def _check_distances(name, beam, extent, sdd, sod):
    """The source must be outside the CT, and the detector behind the isocentre."""
    if not 0 < sod < sdd:
        raise ValueError(
            f"View {name}: expected the isocentre between source and detector, 0 < sod < sdd, "
            f"found sod={sod:g}, sdd={sdd:g} (mm). Change sod (--sod) or sdd (--sdd)."
        )
    halves = np.asarray(extent, np.float64)[::-1] / 2
    surface = min(half / abs(way) for half, way in zip(halves, beam, strict=True) if way)
    if sod <= surface:
        raise ValueError(
            f"View {name}: expected the X-ray source outside the CT, at least "
            f"{math.ceil(surface + 1)} mm from its middle, found sod={sod:g} (mm). "
            "Give a larger sod (--sod)."
        )
