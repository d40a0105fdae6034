"""Options that `drr` and `synthesize` share: which views, from how far, how large a field."""

import rich_click as click

from ct2xkeras.cli.numbers import FiniteRange
from ct2xkeras.geometry import POSE_FIELDS

OPTIONS = (
    click.option(
        "--view",
        "views",
        multiple=True,
        required=True,
        metavar="NAME|P/S",
        help="A named view, or primary/secondary angle in degrees such as 30/-20. Repeatable.",
    ),
    click.option("--sdd", type=FiniteRange(min=1), help="Source to detector, mm."),
    click.option("--sod", type=FiniteRange(min=1), help="Source to isocentre, mm."),
    click.option(
        "--footprint",
        type=FiniteRange(min=1),
        help="Longer side of the field at the isocentre, mm; default what the CT covers.",
    ),
    click.option("--mirror", is_flag=True, help="Mirror the pictures, as an AP film is hung."),
)


def view_options(command):
    """Adds `OPTIONS` to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


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
