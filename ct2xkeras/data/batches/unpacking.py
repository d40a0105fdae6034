"""GZIP shards as uncompressed ones, in a folder that lasts as long as the process."""

import functools
import os
import tempfile

import tensorflow as tf

from ct2xkeras.data.errors import DataError


@functools.cache
def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="ct2xkeras-")


def unpacked(shards) -> list[str]:
    """Paths of uncompressed copies of `storage.Shards`, each made once in a process.

    Raises:
        DataError: a shard is damaged, or the temporary folder is full.
    """
    entries = zip(shards.paths, shards.entries, strict=True)
    return [_copy(path, entry["sha256"], shards.compression) for path, entry in entries]


def _copy(path, digest, compression) -> str:
    target = os.path.join(_folder().name, f"{digest}.tfrecord")
    if not os.path.exists(target):
        try:
            _write(tf.data.TFRecordDataset(path, compression), f"{target}.partial")
        except tf.errors.OpError as error:
            found = f"{type(error).__name__} while unpacking to {_folder().name}"
            mend = (
                "Copy it again, make room or set TMPDIR to a larger folder, or build the data set "
                "without compression."
            )
            raise DataError(path, "a whole shard and room for it", found, mend) from error
        os.replace(f"{target}.partial", target)
    return target


def _write(records, path) -> None:
    with tf.io.TFRecordWriter(path) as writer:
        for serialized in records:
            writer.write(serialized.numpy())
