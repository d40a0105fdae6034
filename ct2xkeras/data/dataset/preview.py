"""One picture that shows what a data set holds: slices of CTs, their DRRs, radiographs."""

import numpy as np

from ct2xkeras.data.dataset.info import count_of, read_info, shards_of
from ct2xkeras.data.dataset.records import image_from_uint16
from ct2xkeras.data.dataset.shards import read_shard
from ct2xkeras.data.resampling import resample_image

GAP, COLUMNS = 4, 8  # pixels between tiles, tiles in a row
SLICE_WINDOW = (-1000.0, 500.0)  # HU shown black and white


def summary(directory) -> list[tuple[str, str, int, int]]:
    """(split, kind, records, shards) of a finished data set."""
    info = read_info(directory)
    return [
        (split, kind, count_of(info, split, kind), len(shards))
        for split, kinds in info["splits"].items()
        for kind, shards in kinds.items()
    ]


def sample_sheet(directory, split: str = "train", cases: int = 4, tile: int = 128) -> np.ndarray:
    """A sheet (H, W) uint8: a row of three slices and five DRRs for each CT (with the true
    radiographs below, where there are any), then two rows of radiographs."""
    info = read_info(directory)
    rows = []
    kinds = [_first(directory, info, split, kind, cases) for kind in ("ct", "drr", "truth")]
    for index, (ct, drr) in enumerate(zip(kinds[0], kinds[1], strict=True)):
        rows.append([*_slices(ct), *_pictures(drr)])
        if index < len(kinds[2]):
            rows.append([np.full((8, 8), -1.0)] * 3 + _pictures(kinds[2][index]))
    xrays = _first(directory, info, split, "xray", 2 * COLUMNS)
    pictures = [image_from_uint16(record["image"].numpy()) for record in xrays]
    rows += [pictures[start : start + COLUMNS] for start in range(0, len(pictures), COLUMNS)]
    return _assembled(rows, tile)


def _first(directory, info, split, kind, number) -> list[dict]:
    records = []
    for shard in shards_of(info, split, kind):
        path = f"{directory}/{shard['name']}"
        for record in read_shard(path, kind, info["settings"]["compression"]):
            if len(records) == number:
                return records
            records.append(record)
    return records


def _slices(ct) -> list[np.ndarray]:
    """Middle slices, head or front up, in [-1, 1], with the voxels' true proportions."""
    hu, (dz, dy, dx) = ct["hu"].numpy(), ct["spacing"].numpy()
    z, y, x = (n // 2 for n in hu.shape)
    planes = [(hu[z, ::-1], dy, dx), (hu[::-1, y], dz, dx), (hu[::-1, :, x], dz, dy)]
    low, high = SLICE_WINDOW
    return [_true_shape(2 * (p - low) / (high - low) - 1, row, col) for p, row, col in planes]


def _true_shape(plane, row_spacing, column_spacing):
    lengths = np.multiply(plane.shape, (row_spacing, column_spacing))
    size = np.maximum(1, np.rint(128 * lengths / lengths.max())).astype(int)
    return resample_image(plane, tuple(size))


def _pictures(record) -> list[np.ndarray]:
    return list(image_from_uint16(record["images"].numpy()[: COLUMNS - 3]))


def _assembled(rows, tile) -> np.ndarray:
    step = tile + GAP
    sheet = np.full((len(rows) * step, COLUMNS * step), 64, np.uint8)
    for r, row in enumerate(rows):
        for c, picture in enumerate(row):
            placed = _fitted(picture, tile)
            top, left = r * step, c * step
            sheet[top : top + placed.shape[0], left : left + placed.shape[1]] = placed
    return sheet


def _fitted(picture, tile) -> np.ndarray:
    scale = tile / max(picture.shape)
    size = tuple(max(1, round(n * scale)) for n in picture.shape)
    return np.rint((np.clip(resample_image(picture, size), -1, 1) + 1) * 127.5).astype(np.uint8)
