"""Options that `drr` and `synthesize` share: which views, from how far, how large a field."""

from dataclasses import dataclass

import numpy as np
import rich_click as click

from ct2xkeras.geometry import POSE_FIELDS, CArmPose, Detector, parse_view, pose_vector

WIDEST_FOOTPRINT = 1000.0  # mm; what the CT covers is smaller
LEAST_SHARE = 0.6  # of the CT's shortest side that is shown even where rays leave the CT

OPTIONS = (
    click.option(
        "--view",
        "views",
        multiple=True,
        required=True,
        metavar="NAME|P/S",
        help="A named view, or primary/secondary angle in degrees such as 30/-20. Repeatable.",
    ),
    click.option("--sdd", type=click.FloatRange(min=1), help="Source to detector, mm."),
    click.option("--sod", type=click.FloatRange(min=1), help="Source to isocentre, mm."),
    click.option(
        "--footprint",
        type=click.FloatRange(min=1),
        help="Longer side of the field at the isocentre, mm; default what the CT covers.",
    ),
    click.option("--mirror", is_flag=True, help="Mirror the pictures, as an AP film is hung."),
)


def view_options(command):
    """Adds `OPTIONS` to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


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
    """
    return [_resolve(text, extent, size, sdd, sod, footprint, limit) for text in texts]


def _resolve(text, extent, size, sdd, sod, footprint, limit):
    from ct2xkeras.geometry.footprint import fit_footprints

    name, primary, secondary = parse_view(text)
    pose = CArmPose(primary, secondary, sdd=sdd, sod=sod)
    vector = pose_vector(pose, Detector(*size, (1.0, 1.0))).astype(np.float64)
    wanted, margin = np.array([footprint or limit]), extent[0] / 100
    fitted = fit_footprints(vector[None], wanted, extent, size, margin)[0]
    shown = footprint or max(fitted, min(limit, LEAST_SHARE * min(extent)))
    vector[8:10] = shown * sdd / sod / max(size)
    return View(name, vector.astype(np.float32), truncated=bool(shown > fitted + 1e-3))


def pose_record(view, center, mirrored):
    """What is written beside a picture: its pose, with the isocentre in the CT's own world."""
    record = {
        name: round(float(value), 6) for name, value in zip(POSE_FIELDS, view.pose, strict=True)
    }
    for axis, value in zip("xyz", center, strict=True):
        record[f"isocenter_{axis}"] = round(record[f"isocenter_{axis}"] + float(value), 6)
    return {
        "view": view.name,
        "pose": record,
        "units": "degrees and mm; isocentre in the CT's world, RAS+",
        "polarity": "bones bright",
        "mirrored": mirrored,
        "truncated_by_ct": view.truncated,
    }
