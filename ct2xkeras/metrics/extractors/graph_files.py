"""Constants of a frozen TensorFlow graph; the graph itself is never run.

The graph may lie in a gzipped tar archive, as the one of 2015-12-05 is published.
"""

import contextlib
import tarfile
from pathlib import Path

from ct2xkeras.metrics.extractors.tensors import Tensors, problems_of

LARGEST_GRAPH = 2**28  # bytes
GZIP_MAGIC = b"\x1f\x8b"


def graph_content(path):
    """The bytes of a graph: of the file itself, or of the one `.pb` file in an archive.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is an archive without one, or claims more than 256 MiB.
    """
    with Path(path).open("rb") as file:
        if file.read(2) == GZIP_MAGIC:
            return _packed_graph(path)
        file.seek(0)
        content = file.read(LARGEST_GRAPH + 1)
    _check_size(path, len(content))
    return content


def _packed_graph(path):
    with problems_of(path, "a tar archive with a .pb file"), tarfile.open(path, "r:gz") as archive:
        for member in archive:
            _check_size(member.name, member.size)
            if member.isfile() and member.name.endswith(".pb"):
                return archive.extractfile(member).read()
        raise ValueError("no .pb file is in it")


def _check_size(path, size):
    if size > LARGEST_GRAPH:
        raise ValueError(f"{path}: expected at most {LARGEST_GRAPH} bytes, found {size} or more.")


@contextlib.contextmanager
def open_graph_file(path):
    """The constants of a graph under the names of their nodes, as a `Tensors`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it holds no graph.
    """
    from tensorflow.core.framework import graph_pb2
    from tensorflow.python.framework.tensor_util import MakeNdarray

    content = graph_content(path)
    with problems_of(path, "a TensorFlow graph with constants"):
        graph = graph_pb2.GraphDef.FromString(content)
        found = {node.name: node.attr["value"].tensor for node in graph.node if node.op == "Const"}
        if not found:
            raise ValueError("no constants are in it")

    def shape(tensor):
        return tuple(axis.size for axis in tensor.tensor_shape.dim)

    def read(name):
        with problems_of(path, f"numbers in {name}"):
            return MakeNdarray(found[name])

    yield Tensors(path, {name: shape(tensor) for name, tensor in found.items()}, read)
