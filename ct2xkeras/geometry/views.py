"""Radiographic views by name: each is a pair of C-arm angles in degrees.

A name says what the picture is called in the clinic. `lateral_left` has the patient's left side
against the detector; `inlet` and `outlet` are the pelvic views; `spider` is the coronary one.
"""

import difflib
import re

# name: (primary angle, LAO positive; secondary angle, cranial positive)
NAMED_VIEWS = {
    "pa": (0.0, 0.0),
    "ap": (180.0, 0.0),
    "lateral_left": (90.0, 0.0),
    "lateral_right": (-90.0, 0.0),
    "lao": (45.0, 0.0),
    "rao": (-45.0, 0.0),
    "cranial": (0.0, 30.0),
    "caudal": (0.0, -30.0),
    "lao_cranial": (45.0, 25.0),
    "rao_cranial": (-30.0, 25.0),
    "lao_caudal": (45.0, -25.0),
    "rao_caudal": (-30.0, -25.0),
    "spider": (40.0, -30.0),
    "inlet": (0.0, 40.0),
    "outlet": (0.0, -40.0),
}

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_ANGLES = re.compile(rf"\s*({_NUMBER})\s*/\s*({_NUMBER})\s*")


def angles_name(primary, secondary) -> str:
    """A name for two angles that can stand in a file name, for example `lao30_cau20`."""
    side = "rao" if primary < 0 else "lao"
    tilt = "cau" if secondary < 0 else "cra"
    return f"{side}{abs(primary):g}_{tilt}{abs(secondary):g}"


def parse_view(text: str) -> tuple[str, float, float]:
    """(name, primary angle, secondary angle) of a named view or of angles like `30/-20`.

    Raises:
        ValueError: for anything else, with the nearest names.
    """
    if angles := _ANGLES.fullmatch(text):
        primary, secondary = map(float, angles.groups())
        return angles_name(primary, secondary), primary, secondary
    name = text.strip().lower().replace("-", "_")
    if name in NAMED_VIEWS:
        return name, *NAMED_VIEWS[name]
    near = difflib.get_close_matches(name, NAMED_VIEWS, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(NAMED_VIEWS)}."
    raise ValueError(
        f"Unknown view {text!r}: expected a name or primary/secondary degrees like 30/-20; {hint}"
    )
