"""Any file of weights, opened by what it holds."""

import hashlib
from pathlib import Path

from ct2xkeras.metrics.extractors.graph_files import GZIP_MAGIC, graph_content, open_graph_file
from ct2xkeras.metrics.extractors.layer_files import HDF5_MAGIC, open_layer_file
from ct2xkeras.metrics.extractors.torch_files import open_torch_file

ZIP_MAGIC = b"PK"
PICKLE_MAGIC = b"\x80"
CHUNK = 2**20


def open_tensors(path):
    """The arrays of a file of torch, of Keras 1 or 2, or of a TensorFlow graph, as a `Tensors`.

    To be used in a `with` statement.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is none of these.
    """
    with Path(path).open("rb") as file:
        start = file.read(4)
    if start.startswith(HDF5_MAGIC):
        return open_layer_file(path)
    if start.startswith((ZIP_MAGIC, PICKLE_MAGIC)):
        return open_torch_file(path)
    return open_graph_file(path)


def content_sha256(path):
    """SHA-256 of a file, hexadecimal; of an archive's graph, that of the graph."""
    with Path(path).open("rb") as file:
        if file.read(2) == GZIP_MAGIC:
            return hashlib.sha256(graph_content(path)).hexdigest()
        file.seek(0)
        digest = hashlib.sha256()
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def check_sha256(path, expected):
    """Compare a file's SHA-256 with the expected hexadecimal one; nothing to do for None.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is another file.
    """
    found = content_sha256(path)
    if expected is not None and found != expected.lower():
        raise ValueError(f"{path}: expected a file with SHA-256 {expected}, found {found}.")
