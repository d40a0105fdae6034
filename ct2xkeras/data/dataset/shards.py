"""Record files: written under a temporary name, renamed when whole, checked when read."""

import contextlib
import hashlib

import tensorflow as tf

from ct2xkeras.data import locations
from ct2xkeras.data.dataset.records import decode
from ct2xkeras.data.errors import DataError

PARTIAL = ".partial"


class ShardWriter:
    """Writes records into a file that gets its name when `finish` says that it is whole.

    A context manager: a shard that its block did not finish is deleted.

    Args:
        path: of the shard; its folder is made when missing.
        compression: "GZIP" or "".

    Raises:
        DataError: from all methods, where the file cannot be written, as on a full disk.
    """

    def __init__(self, path, compression: str):
        self.path, self.count = str(path), 0
        locations.make_folder(self.path.rsplit("/", 1)[0])
        self._partial = self.path + PARTIAL
        self._writer = self._checked(tf.io.TFRecordWriter, self._partial, compression)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._writer is not None:
            with contextlib.suppress(tf.errors.OpError):  # the disk may still be full
                self._writer.close()
            locations.delete(self._partial)

    def write(self, serialized: bytes) -> None:
        self._checked(self._writer.write, serialized)
        self.count += 1

    def finish(self) -> dict:
        """Closes the shard and gives it its name; returns its count and sha256."""
        self._checked(self._writer.close)
        self._writer = None
        digest = file_hash(self._partial)
        locations.move(self._partial, self.path)
        return {"count": self.count, "sha256": digest}

    def _checked(self, function, *args):
        try:
            return function(*args)
        except tf.errors.OpError as error:
            mend = "Make room or give another folder; the same command goes on from whole shards."
            found = f"{type(error).__name__} ({error.message})"
            raise DataError(self.path, "a shard that can be written", found, mend) from error


def file_hash(path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    digest = hashlib.sha256()
    with tf.io.gfile.GFile(str(path), "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


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
