"""What lies beside an exported model for its users: a card, and how poses are meant."""

from dataclasses import dataclass, field

from ct2xkeras.geometry import POSE_FIELDS
from ct2xkeras.geometry.views import NAMED_VIEWS
from ct2xkeras.methods import METHODS, method_of
from ct2xkeras.version import __version__

MEANINGS = {
    "primary_angle": "degrees, towards the patient's left (LAO) positive, DICOM (0018,1510)",
    "secondary_angle": "degrees, towards the head (CRA) positive, DICOM (0018,1511)",
    "roll": "degrees about the beam; positive turns the patient clockwise in the picture",
    "sdd": "source to detector, mm",
    "sod": "source to isocentre, mm; less than sdd",
    "isocenter_x": "mm to the patient's right of the middle of the patient's box",
    "isocenter_y": "mm to the front of it",
    "isocenter_z": "mm towards the head of it",
    "row_spacing": "mm on the detector between rows of pixels",
    "column_spacing": "mm on the detector between columns",
    "principal_row": "mm down the rows, of the beam's foot from the detector's centre",
    "principal_column": "mm along the columns, likewise",
}


@dataclass(frozen=True)
class Provenance:
    """Where a model comes from, as far as it is known.

    Args:
        source: of the weights, for instance a run folder and its checkpoint.
        images: views it was trained on.
        data: what it was trained on, a line each.
        scores: {name of a metric: value} on held-out cases.
    """

    source: str = "networks in memory"
    images: int | None = None
    data: tuple[str, ...] = ()
    scores: dict = field(default_factory=dict)


def model_card(name, architecture, crop, provenance, psnr=None):
    """The text of `model_card.md`.

    Args:
        name: NAME/VERSION.
        architecture: of the method's networks.
        crop: share of a radiograph's middle that `encode_radiograph` shows.
        psnr: of quantised weights in dB; None for those of float32.
    """
    method = METHODS[method_of(architecture)]
    z, y, x = architecture.volume_size
    side = architecture.image_size
    images = "unknown" if provenance.images is None else f"{provenance.images}"
    weights = "float32" if psnr is None else f"float16, {psnr:.1f} dB against float32"
    scores = "\n".join(f"- {spec}: {value:.4f}" for spec, value in provenance.scores.items())
    data = "\n".join(f"- {line}" for line in provenance.data)
    return f"""# {name}

{method.title} ({method.says}).
A CT volume, a C-arm pose and a radiograph for the look give an X-ray picture.
**For research, not for diagnosis.** Pictures are made up.

| | |
|---|---|
| made from | {provenance.source} |
| trained on | {images} views |
| volumes | {z} x {y} x {x} voxels (z, y, x) |
| pictures | {side} x {side} pixels, bones bright |
| style code | {architecture.style_size} numbers |
| weights stored in | {weights}; computes in float32 |
| crop of radiographs | {crop:g} of the middle, fixed in `encode_radiograph` |
| ct2xkeras | {__version__} |

## Trained on

{data or "Not recorded."}

## Measured

With held-out radiographs; where it says `cts=train`, on the CTs of training.

{scores or "Not recorded."}

## Limits

- Anatomy outside the CT is missing in the picture; `coverage` says where (1: the whole ray).
- Looks unlike the radiographs of training do not come out right.
- Field sizes and angles far from those of training are extrapolation.

## Use

`poses.md` says what a pose is; `examples/` holds bodies of REST requests:

```bash
curl -d @examples/encode_radiograph.json http://localhost:8501/v1/models/{name.split("/")[0]}:predict
```

Names, shapes and types of all signatures: `saved_model_cli show --dir . --all`. Weights are the
moving averages of training; the same inputs and `seed` give the same picture.
"""


def pose_convention(side):
    """The text of `poses.md`, for pictures of `side` x `side` pixels."""
    fields = "\n".join(
        f"| {i} | `{name}` | {MEANINGS[name]} |" for i, name in enumerate(POSE_FIELDS)
    )
    views = "\n".join(f"| `{name}` | {p:g} | {s:g} |" for name, (p, s) in NAMED_VIEWS.items())
    return f"""# Poses

A pose is twelve float32 numbers in this order:

| index | name | meaning |
|---|---|---|
{fields}

World axes are the patient's: x to the right, y to the front, z to the head (RAS+), in mm, from the
middle of the patient's box (the model's grid). A point at p from the middle of a CT as it was given
is `p - center` here, with the `center` that `prepare_ct`, `synthesize_ct` and `encode_ct_bytes`
return.

(0, 0) is PA: the detector in front of the patient. A picture is seen from the detector, facing the
source, head up: at PA the patient's left is at the picture's right. Pixels are {side} x {side}; a
field of F mm at the isocentre takes `row_spacing = column_spacing = F * sdd / sod / {side}`.

| view | primary angle | secondary angle |
|---|---|---|
{views}
"""
