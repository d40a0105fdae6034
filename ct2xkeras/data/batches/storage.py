"""Any record of a split by its number: from memory where all fit, else from the files."""

import contextlib

import numpy as np
import tensorflow as tf

from ct2xkeras.data.batches.random_access import RecordFiles
from ct2xkeras.data.batches.unpacking import unpacked
from ct2xkeras.data.dataset.info import shards_of
from ct2xkeras.data.dataset.records import decode
from ct2xkeras.data.dataset.shards import read_shard
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.locations import join

MEMORY_LIMIT = 2 * 2**30  # bytes


def open_records(directory, info: dict, split: str, kinds, memory_limit=MEMORY_LIMIT) -> dict:
    """The records of some kinds, each by its number.

    Kinds are held in memory, decoded, from the smallest on, as long as they fit into
    `memory_limit` bytes together; filling it takes up to twice as much for a moment. The other
    kinds stay in their files, local or remote, of which the byte offsets are held: whoever asks
    for a record reads that record only. GZIP files cannot be entered in the middle; such shards
    are first unpacked into a temporary folder, which lasts until the process ends. What comes out
    is the same either way.

    Returns:
        {kind: records}. `len(records)` counts them, `records[index]` is one as a dictionary of
        tensors, eagerly or inside tf.data, and `records.shapes` holds the fields' shapes.

    Raises:
        DataError: a shard is damaged or missing, or the split holds no such record. Damage in a
            record that stays in its file is found when it is read; inside tf.data that is a
            tf.errors.DataLossError, see `naming_damage`.
    """
    shards = [Shards(directory, info, split, kind) for kind in kinds]
    opened = {}
    for kind_shards in sorted(shards, key=lambda s: s.num_bytes):
        fits = kind_shards.num_bytes <= memory_limit
        memory_limit -= kind_shards.num_bytes if fits else 0
        opened[kind_shards.kind] = (InMemory if fits else InFiles)(kind_shards)
    return opened


@contextlib.contextmanager
def naming_damage(directory):
    """Makes a DataError of the damage that a block finds in the records of a data set."""
    try:
        yield
    except tf.errors.DataLossError as error:
        mend = f"`python -m tfrecords_tools.verify {directory}` names the shard; copy it again."
        raise DataError(directory, "undamaged records", "a damaged one", mend) from error


class Shards:
    """The shards of a kind in a split; iterating gives their records in order, as tensors."""

    def __init__(self, directory, info, split, kind):
        self.directory, self.kind = directory, kind
        self.compression = info["settings"]["compression"]
        self.entries = [shard for shard in shards_of(info, split, kind) if shard["count"]]
        self.paths = [join(directory, shard["name"]) for shard in self.entries]
        self.count = sum(shard["count"] for shard in self.entries)
        if not self.count:
            mend = "Add such files, or lower the demands of the recipe."
            raise DataError(directory, f"{kind} records in {split}", "none", mend)
        first = next(iter(self), {})
        self.shapes = {name: value.shape for name, value in first.items()}
        self.num_bytes = self.count * sum(_num_bytes(value) for value in first.values())

    def __iter__(self):
        for path, entry in zip(self.paths, self.entries, strict=True):
            found = 0
            for record in read_shard(path, self.kind, self.compression):
                found += 1
                if found <= entry["count"]:
                    yield record
            check_count(path, found, entry["count"])


def check_count(path, found: int, expected: int) -> None:
    if found != expected:
        mend = "Build the data set again, or copy it again."
        raise DataError(path, f"{expected} records", f"{found}", mend)


def _num_bytes(value) -> int:
    return len(value.numpy()) if value.dtype == tf.string else value.numpy().nbytes


class InMemory:
    """Decoded records of one kind, stacked."""

    def __init__(self, shards: Shards):
        self.shapes, self._count = shards.shapes, shards.count
        arrays = _stacked(shards)
        with tf.device("CPU:0"):  # an accelerator's memory is for the model
            self._fields = {name: tf.constant(arrays.pop(name)) for name in list(arrays)}

    def __len__(self):
        return self._count

    def __getitem__(self, index):
        return {name: values[index] for name, values in self._fields.items()}


def _stacked(shards) -> dict[str, np.ndarray]:
    """All records along a new first axis."""
    arrays = {}
    for index, record in enumerate(shards):
        for name, value in record.items():
            if index == 0:
                arrays[name] = np.empty((shards.count, *value.shape), value.dtype.as_numpy_dtype)
            if value.shape != shards.shapes[name]:
                found = f"{name} of {tuple(shards.shapes[name])} and of {tuple(value.shape)}"
                mend = "Build the data set again."
                raise DataError(shards.paths[0], "records of one shape", found, mend)
            arrays[name][index] = value.numpy()
    return arrays


class InFiles:
    """Records of one kind that are read and decoded when asked for."""

    def __init__(self, shards: Shards):
        self.shapes, self._kind, self._count = shards.shapes, shards.kind, shards.count
        self._directory = shards.directory
        self._files = RecordFiles(unpacked(shards) if shards.compression else shards.paths)
        for path, found, entry in zip(
            shards.paths, self._files.counts, shards.entries, strict=True
        ):
            check_count(path, found, entry["count"])

    def __len__(self):
        return self._count

    def __getitem__(self, index):
        with naming_damage(self._directory):
            record = decode(self._kind, self._files.serialized(index))
        return {name: tf.ensure_shape(record[name], self.shapes[name]) for name in record}
