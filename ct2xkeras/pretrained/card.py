"""The text of `model_card.md` in a model's folder."""

from pathlib import Path

from ct2xkeras.methods import METHODS
from ct2xkeras.pretrained.directions import FAR
from ct2xkeras.pretrained.domain import QUANTITIES
from ct2xkeras.version import __version__


def pretrained_card(name, settings, provenance, recipe, styles, domain, psnr=None):
    """Markdown.

    Args:
        name: of the model.
        settings: `Settings`.
        provenance: `Provenance` of the weights; its data have their licences with them.
        recipe: the `Recipe` that it was trained from.
        styles: {name: file name of the radiograph it was read from}.
        domain: `Domain`.
        psnr: dB of pictures by rounded weights against the original's; None where not rounded.
    """
    method = METHODS[settings.method]
    images = "unknown" if provenance.images is None else f"{provenance.images}"
    side, size = settings.image_size, " x ".join(map(str, settings.volume_size))
    camera = settings.camera
    weights = "float32" if psnr is None else f"rounded to float16, {psnr:.1f} dB against float32"
    return f"""# {name}

Draws {settings.draws}.
{method.title} ({method.says}).
**For research, not for diagnosis.** Pictures are made up.

| | |
|---|---|
| licence of the weights | {settings.licence} |
| made from | {provenance.source} |
| trained on | {images} views |
| volumes | {size} voxels (z, y, x) |
| pictures | {side} x {side} pixels, bones bright |
| weights | moving averages of training, {weights} |
| crop of radiographs | {settings.crop:g} of the middle |
| usual distances | {camera.sdd:g} mm to the detector, {camera.sod:g} mm to the isocentre |
| widest field | {camera.footprint:g} mm at the isocentre |
| ct2xkeras | {__version__} |

## Trained on

{_lines(provenance.data)}

Trained, and packed into this folder, by

```bash
{_training_command(recipe, provenance.images)}
ct2xkeras models pack RUN {name} --style NAME=RADIOGRAPH ...
```

## Measured

With held-out radiographs; where it says `cts=train`, on the CTs of training.

{_lines(f"{spec}: {value:.4f}" for spec, value in provenance.scores.items())}

## Styles

Codes alone, read from these radiographs; no picture is in this folder.

{_lines(f"{style}: {file}" for style, file in styles.items())}

## What it has seen

`ct2xkeras synthesize` says when a CT or a view lies outside, and draws its DRR only
(`--anyway` draws the X-ray too). Measured on {domain.measured["cts"]} training CTs and
{domain.measured["views"]} views of them: percentiles 1 and 99, moved apart by factors of
{domain.measured["ct_margin"]:g} and {domain.measured["view_margin"]:g}. A view more than {FAR:g}
degrees aside of all of these is drawn, with a note.

{_lines(_limit(*limit) for part in (domain.ct, domain.view) for limit in part.items())}
"""


def _training_command(recipe, images):
    """With the last folder of each pattern: where data lay is nobody's business."""
    given = {"ct": recipe.data.ct, "xray": recipe.data.xray}
    parts = [f"ct2xkeras train {recipe.name} --out RUN"]
    for name, patterns in given.items():
        if patterns:
            shown = ", ".join(f"'{'/'.join(Path(pattern).parts[-2:])}'" for pattern in patterns)
            parts.append(f'--set "data.{name}=[{shown}]"')
    if recipe.data.val_file:
        parts.append(f"--set data.val_file={Path(recipe.data.val_file).name}")
    if images is not None:
        parts.append(f"--set training.images={images}")
    return " \\\n    ".join(parts)


def _lines(values):
    return "\n".join(f"- {value}" for value in values) or "Not recorded."


def _limit(name, limits):
    quantity = QUANTITIES[name]
    factor = 100 if quantity.unit == "%" else 1
    low, high = (f"{factor * limit:.3g}" for limit in limits)
    return f"{quantity.says}: {low} to {high} {quantity.unit}"
