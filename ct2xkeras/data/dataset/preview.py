"""One picture that shows what a data set holds: slices of CTs, their DRRs, radiographs."""

import numpy as np

from ct2xkeras.data.batches.views import render, view_kind
from ct2xkeras.data.ct.slices import slice_pictures
from ct2xkeras.data.dataset.info import count_of, read_info, shards_of
from ct2xkeras.data.dataset.records import image_from_uint16
from ct2xkeras.data.dataset.shards import read_shard
from ct2xkeras.data.resampling import fit_image

GAP, COLUMNS, SLICES = 4, 8, 3  # pixels between tiles; tiles in a row, of them slices


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
    radiographs below, where there are any), then two rows of radiographs.

    DRRs that the data set does not store are rendered.
    """
    info = read_info(directory)
    rows = []
    kinds = ("ct", view_kind(info, split), "truth")
    cts, views, truths = (_first(directory, info, split, kind, cases) for kind in kinds)
    for index, (ct, views_of_ct) in enumerate(zip(cts, views, strict=True)):
        rows.append([*_slices(ct, tile), *_drrs(ct, views_of_ct, info["settings"]["image_size"])])
        if index < len(truths):
            rows.append([np.full((8, 8), -1.0)] * SLICES + _pictures(truths[index]))
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


def _slices(ct, tile) -> list[np.ndarray]:
    hu = ct["hu"].numpy()
    return slice_pictures(hu, ct["spacing"].numpy(), [n // 2 for n in hu.shape], tile)


def _drrs(ct, views, size) -> list[np.ndarray]:
    if "images" in views:
        return _pictures(views)
    case = {"volume": ct["hu"][..., None], "spacing": ct["spacing"]}
    drawn = render(case | {"pose": views["poses"][: COLUMNS - SLICES]}, tuple(size))
    return list(drawn["drr"].numpy()[..., 0])


def _pictures(record) -> list[np.ndarray]:
    return list(image_from_uint16(record["images"].numpy()[: COLUMNS - SLICES]))


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
    return np.rint((np.clip(fit_image(picture, tile), -1, 1) + 1) * 127.5).astype(np.uint8)
