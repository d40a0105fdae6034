"""Records of uncompressed TFRecord files, read at their byte offsets.

A record is its length (8 bytes), a checksum of the length (4), its bytes, and a checksum of those
(4). Only lengths are read to find where the records are; TensorFlow checks the rest when it reads
one.
"""

import struct
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tensorflow as tf

from ct2xkeras.data import locations
from ct2xkeras.data.errors import DataError

_HEADER, _FOOTER = 12, 4


class RecordFiles:
    """The records of some files as one numbered list.

    Args:
        paths: uncompressed TFRecord files, by path or address.

    Raises:
        DataError: a file is missing, or is no whole chain of records.
    """

    def __init__(self, paths):
        with ThreadPoolExecutor() as pool:  # what takes time with addresses is the waiting
            spans = list(pool.map(record_spans, paths))
        self.counts = [len(of_file) for of_file in spans]
        with tf.device("CPU:0"):
            self._paths = tf.constant([str(path) for path in paths])
            self._file = tf.constant(np.repeat(np.arange(len(paths)), self.counts))
            self._spans = tf.constant(np.concatenate(spans))
        self._remote = any(map(locations.is_remote, paths))

    def serialized(self, index):
        """The bytes of a record, scalar string tensor; `index` is a number or a scalar tensor."""
        offset, size = tf.unstack(self._spans[index])
        files = tf.raw_ops.TFRecordDatasetV2(
            filenames=self._paths[self._file[index]][None],
            compression_type="",
            # From an address the record comes in one request; locally a copy less is faster.
            buffer_size=size if self._remote else tf.zeros_like(size),
            byte_offsets=offset[None],
            metadata="",
        )
        records = tf.data.experimental.from_variant(files, tf.TensorSpec([], tf.string))
        return records.take(1).get_single_element()


def record_spans(path) -> np.ndarray:
    """Where the records of an uncompressed file begin and how long they are, int64 (n, 2), bytes.

    Raises:
        DataError: the file is missing, a length is damaged, or the last record is cut off.
    """
    spans, offset = [], 0
    with _opened(path) as file:
        end = locations.size(path)
        while offset < end:
            file.seek(offset)
            size = _record_size(file.read(_HEADER))
            if size is None or offset + size > end:
                found = f"damage at record {len(spans)}, byte {offset}"
                mend = "Build the data set again, or copy it again."
                raise DataError(path, "a whole shard", found, mend)
            spans.append((offset, size))
            offset += size
    return np.array(spans, np.int64).reshape(-1, 2)


def _opened(path):
    if locations.is_remote(path):
        return tf.io.gfile.GFile(path, "rb")
    try:
        return open(path, "rb", buffering=0)  # a buffer would read far more than the lengths
    except OSError as error:
        mend = "Build the data set again, or copy it again."
        raise DataError(path, "a shard", error.strerror, mend) from error


def _record_size(header: bytes) -> int | None:
    """Bytes of a whole record with its frame, or None where the header is damaged."""
    if len(header) < _HEADER:
        return None
    length, checksum = struct.unpack("<QI", header)
    return length + _HEADER + _FOOTER if checksum == _masked_crc32c(header[:8]) else None


def _crc32c_table() -> list[int]:
    table = list(range(256))
    for _ in range(8):
        table = [value >> 1 ^ (0x82F63B78 if value & 1 else 0) for value in table]
    return table


_TABLE = _crc32c_table()


def _masked_crc32c(content: bytes) -> int:
    """The checksum of TFRecord files: CRC-32C, turned by 15 bits and shifted by a constant."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
