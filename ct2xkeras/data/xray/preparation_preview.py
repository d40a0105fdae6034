"""One picture of what preparation does to radiographs, step by step."""

import numpy as np
from PIL import Image, ImageDraw

from ct2xkeras.data.resampling import resample_image
from ct2xkeras.data.xray.preparation import preparation_steps
from ct2xkeras.pictures import sheet

SIDE = 160  # pixels of a tile
CAPTION = 14  # pixels under it


def preparation_preview(radiographs, size, **settings) -> np.ndarray:
    """A sheet, uint8 (H, W): a row a radiograph, a column a step, a caption under each picture.

    Args:
        radiographs: `Radiograph`s, one or more.
        size, settings: as for `prepare_radiograph`.

    Raises:
        DataError: a radiograph cannot be prepared.
    """
    all_steps = [preparation_steps(radiograph, size, **settings) for radiograph in radiographs]
    rows = []
    for radiograph, steps in zip(radiographs, all_steps, strict=True):
        captions = [radiograph.name, *(caption for _, _, caption in steps[1:])]
        pictures = [_spread(pixels) for _, pixels, _ in steps]
        rows.append([_tile(*pair) for pair in zip(pictures, captions, strict=True)])
    return sheet(rows, [name for name, _, _ in all_steps[0]])


def _spread(pixels) -> np.ndarray:
    """Any grey values to [-1, 1], from the darkest to the brightest."""
    low, high = pixels.min(), pixels.max()
    return 2 * (pixels - low) / max(high - low, 1e-6) - 1


def _tile(picture, caption) -> np.ndarray:
    """A picture (H, W) in [-1, 1] fitted into a square, with its caption under it."""
    scale = SIDE / max(picture.shape)
    rows, columns = (max(1, round(scale * n)) for n in picture.shape)
    tile = np.full((SIDE + CAPTION, SIDE), -1, np.float32)
    top, left = (SIDE - rows) // 2, (SIDE - columns) // 2
    tile[top : top + rows, left : left + columns] = resample_image(picture, (rows, columns))
    tile[SIDE:] = _text(caption)
    return tile


def _text(caption) -> np.ndarray:
    strip = Image.new("L", (SIDE, CAPTION))
    ImageDraw.Draw(strip).text((2, 1), caption, fill=255)
    return np.asarray(strip, np.float32) / 127.5 - 1
