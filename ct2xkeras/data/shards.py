"""Record files: written under a temporary name, renamed when whole, checked when read."""

import hashlib
from pathlib import Path

import tensorflow as tf

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.records import decode

PARTIAL = ".partial"
PATTERNS = ("*.tfrecord", f"*.tfrecord{PARTIAL}")


class ShardWriter:
    """Writes the records of one kind into shards of a limited number of records.

    Args:
        directory: where the shards go; made when missing.
        kind: first part of the shards' names.
        per_shard: most records in a shard.
        compression: "GZIP" or "".
    """

    def __init__(self, directory, kind: str, per_shard: int, compression: str):
        self.directory, self.kind = Path(directory), kind
        self.per_shard, self.compression = per_shard, compression
        self.counts: list[int] = []
        self._writer = None
        self.directory.mkdir(parents=True, exist_ok=True)

    def write(self, serialized: bytes) -> None:
        if self._writer is None or self.counts[-1] == self.per_shard:
            self._open_next()
        self._writer.write(serialized)
        self.counts[-1] += 1

    def _open_next(self) -> None:
        self.close()
        self.counts.append(0)
        path = str(self._partial(len(self.counts) - 1))
        self._writer = tf.io.TFRecordWriter(path, self.compression)

    def _partial(self, index: int) -> Path:
        return self.directory / f"{self.kind}-{index:05d}.tfrecord{PARTIAL}"

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = None

    def finish(self) -> list[dict]:
        """Gives the shards their final names, now that their number is known.

        Returns:
            name (with the split's folder), count and sha256 of each.
        """
        self.close()
        return [self._renamed(index, count) for index, count in enumerate(self.counts)]

    def _renamed(self, index, count) -> dict:
        name = f"{self.kind}-{index:05d}-of-{len(self.counts):05d}.tfrecord"
        path = self._partial(index).rename(self.directory / name)
        return {"name": f"{self.directory.name}/{name}", "count": count, "sha256": file_hash(path)}


def file_hash(path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def remove_shards(directory) -> None:
    """Deletes the shards in a folder, whole or partial, and the folder once it is empty."""
    directory = Path(directory)
    for pattern in PATTERNS:
        for path in directory.glob(pattern):
            path.unlink()
    if directory.is_dir() and not any(directory.iterdir()):
        directory.rmdir()


def read_shard(path, kind: str, compression: str):
    """Yields the records of a shard as dictionaries of tensors.

    Raises:
        DataError: naming the shard and the record that cannot be read.
    """
    index = 0
    try:
        for serialized in tf.data.TFRecordDataset(str(path), compression):
            yield decode(kind, serialized)
            index += 1
    except tf.errors.OpError as error:
        found = f"damage at record {index} ({type(error).__name__})"
        mend = "Build the data set again, or copy it again."
        raise DataError(path, f"a whole shard of {kind} records", found, mend) from error
