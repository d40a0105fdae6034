"""Draws chest_model.png: the packaged model on a chest CT that it never saw.

    python docs/drawings/chest_model.py CT

The picture beside this file shows case A0002 of Lung-PET-CT-Dx (CC BY 4.0).
"""

import sys
from pathlib import Path

from PIL import Image

from ct2xkeras import load_pretrained
from ct2xkeras.pictures import sheet

VIEWS = ("pa", "30/0", "lateral_left")


def main(ct):
    model = load_pretrained("chest")
    styles = tuple(model.styles)
    drawn = [model.synthesize(ct, VIEWS, style) for style in styles]
    rows = [
        [drawn[0][view].drr, *(views[view].xray for views in drawn)] for view in range(len(VIEWS))
    ]
    path = Path(__file__).with_suffix(".png")
    Image.fromarray(sheet(rows, ("DRR", *styles))).save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
