"""A split of a data set in memory, and the choice of what a view shows.

Holding everything suits sets of up to some hundred CTs (a 128^3 volume is 4 MB, 64 pictures of
128 x 128 are 3 MB). What follows reads it only through `cts` and `xrays`.
"""

from pathlib import Path

import numpy as np

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.info import shards_of
from ct2xkeras.data.shards import read_shard

_CT_FIELDS = {"ct": ("name", "hu", "spacing"), "drr": ("poses", "images", "coverage")}


def load_records(directory, info: dict, split: str, kind: str, fields) -> dict[str, np.ndarray]:
    """Fields of all records of a kind, stacked along a new first axis.

    Raises:
        DataError: a shard is damaged or missing, or the split holds no such record.
    """
    compression = info["settings"]["compression"]
    values = {name: [] for name in fields}
    for shard in shards_of(info, split, kind):
        for record in read_shard(Path(directory) / shard["name"], kind, compression):
            for name in fields:
                values[name].append(record[name].numpy())
    if not values[fields[0]]:
        mend = "Add such files, or lower the demands of the recipe."
        raise DataError(directory, f"{kind} records in {split}", "none", mend)
    return {name: np.stack(arrays) for name, arrays in values.items()}


def load_cts(directory, info: dict, split: str) -> dict[str, np.ndarray]:
    """name (c,), hu (c, z, y, x), spacing (c, 3), poses (c, n, 12), images and coverage
    (c, n, h, w), stored types."""
    parts = (load_records(directory, info, split, *item) for item in _CT_FIELDS.items())
    return {name: array for part in parts for name, array in part.items()}


def load_xrays(directory, info: dict, split: str) -> np.ndarray:
    """Stored radiographs (x, h, w) uint16."""
    return load_records(directory, info, split, "xray", ("image",))["image"]
