"""What CTs and views a model was trained on, and why another one is not like them.

Limits are the 1st and 99th percentiles of training, moved apart by a factor: shares of tissue and
lengths differ by factors, and patients by more than a few training CTs show.
"""

import json
from dataclasses import dataclass, field

import numpy as np

from ct2xkeras.files import write_text

LEAST_MARGIN = 1.25
PERCENTILES = (1, 99)
ROUNDING = 1e-4  # limits have four figures, poses are float32


@dataclass(frozen=True)
class Quantity:
    """How a number is told to people.

    Args:
        says: a sentence's beginning.
        unit: `%` of a share, or `mm`.
        low, high: what a value below or above the limits may come from.
    """

    says: str
    unit: str
    low: str
    high: str


_PART = "another part of the body?"
_FIELD = "another part of the body, a field of view that cuts the patient, or a wrong voxel size?"

#: By the names that `describe_ct` and `describe_view` give.
QUANTITIES = {
    "lung_share": Quantity("share of lung in the body", "%", _PART, "a crop about the lungs?"),
    "bone_share": Quantity("share of bone in the body", "%", _PART, "a crop, or another part?"),
    "height": Quantity("length from feet to head", "mm", "too short a slab", "more of the body"),
    "depth": Quantity("depth of the patient", "mm", _FIELD, "wrong voxel size?"),
    "width": Quantity("width of the patient", "mm", _FIELD, "wrong voxel size?"),
    "coverage": Quantity(
        "share of the rays' way through the patient that the CT holds",
        "%",
        "the CT is too short for this view or --footprint",
        "",
    ),
    "footprint": Quantity(
        "length of the patient that the picture shows",
        "mm",
        "the CT is too short for this view, or --footprint too small",
        "--footprint is too large",
    ),
}


@dataclass(frozen=True)
class Domain:
    """Limits of training.

    Args:
        ct: {name of `describe_ct`: (lowest, highest)}.
        view: {name of `describe_view`: (lowest, highest)}.
        measured: on how much, and with which margins.
        directions: (primary, secondary) in degrees of views of training; empty if unknown.
    """

    ct: dict
    view: dict
    measured: dict = field(default_factory=dict)
    directions: tuple = ()

    def reasons_of_ct(self, values):
        """Why a CT of these numbers is unlike those of training, a line each; none if it is."""
        return _reasons(self.ct, values)

    def reasons_of_view(self, values):
        """The same for a view."""
        return _reasons(self.view, values)

    def save(self, path):
        """Write `domain.json`."""
        directions = [f"{primary:g}/{secondary:g}" for primary, secondary in self.directions]
        limits = {"ct": self.ct, "view": self.view, "directions": directions}
        text = json.dumps({**limits, "measured": self.measured}, indent=2)
        write_text(path, text + "\n")


def measured_domain(cts, views, directions=()):
    """The `Domain` of training.

    Args:
        cts: `describe_ct` of each CT; views: `describe_view` of some of their views.
        directions: (primary, secondary) in degrees of these.
    """
    measured = {
        "cts": len(cts),
        "views": len(views),
        "percentiles": PERCENTILES,
        "ct_margin": round(margin_of(len(cts)), 3),
        "view_margin": round(margin_of(len(views)), 3),
    }
    return Domain(_limits(cts), _limits(views), measured, tuple(directions))


def margin_of(count):
    """Factor by which limits measured on `count` examples lie outside of what these show.

    `1 + 1 / sqrt(count)`, at least 1.25: 1.71 for two. With 1.25 for two a whole chest of a third
    patient was taken for another part of the body (bone 3.7 %, the two had 5.5 and 6.0 %).
    """
    return max(LEAST_MARGIN, 1 + count**-0.5)


def _limits(described):
    limits, margin = {}, margin_of(len(described))
    for name in described[0]:
        low, high = np.percentile([values[name] for values in described], PERCENTILES)
        high = high * margin
        if QUANTITIES[name].unit == "%":
            high = min(high, 1.0)
        limits[name] = (float(f"{low / margin:.4g}"), float(f"{high:.4g}"))
    return limits


def _reasons(limits, values):
    return [
        _reason(QUANTITIES[name], values[name], low, high)
        for name, (low, high) in limits.items()
        if not low * (1 - ROUNDING) <= values[name] <= high * (1 + ROUNDING)
    ]


def _reason(quantity, value, low, high):
    factor = 100 if quantity.unit == "%" else 1
    found, low_shown, high_shown = (f"{factor * x:.3g}" for x in (value, low, high))
    mend = quantity.low if value < low else quantity.high
    return (
        f"{quantity.says}: {found} {quantity.unit}, expected {low_shown} to {high_shown} "
        f"{quantity.unit} as in training ({mend})"
    )
