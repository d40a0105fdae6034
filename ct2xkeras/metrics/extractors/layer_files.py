"""Weights of layers in `.h5` files of Keras 1 and 2: a group per layer, which names its weights."""

import contextlib

import h5py
import numpy as np

from ct2xkeras.metrics.extractors.tensors import Tensors, problems_of

HDF5_MAGIC = b"\x89HDF"


@contextlib.contextmanager
def open_layer_file(path):
    """The weights of a file's layers under `LAYER:NUMBER`, as a `Tensors`.

    A convolution has its kernel under 0 and its bias under 1.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no HDF5 file.
    """
    with problems_of(path, "an HDF5 file of layers"):
        file = h5py.File(path, "r")
    with file:
        with problems_of(path, "an HDF5 file of layers"):
            found = _weights(file)
            shapes = {name: data.shape for name, data in found.items()}

        def read(name):
            with problems_of(path, f"numbers in {name}"):
                return np.asarray(found[name])

        yield Tensors(path, shapes, read)


def _weights(file):
    """{name: data set}; only what lies in this file itself."""
    found = {}

    def visit(name, group):
        for number, weight in enumerate(group.attrs.get("weight_names", [])):
            if isinstance(group.get(weight, getlink=True), h5py.HardLink):
                found[f"{name}:{number}"] = group[weight]

    file.visititems(visit)
    return found
