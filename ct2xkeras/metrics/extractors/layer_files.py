"""Weights of layers in `.h5` files of Keras 1 and 2: a group per layer, which names its weights."""

import contextlib

import h5py
import numpy as np

from ct2xkeras.metrics.extractors.tensors import Tensors

HDF5_MAGIC = b"\x89HDF"


@contextlib.contextmanager
def open_layer_file(path):
    """The weights of a file's layers under `LAYER:NUMBER`, as a `Tensors`.

    A convolution has its kernel under 0 and its bias under 1.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no HDF5 file.
    """
    try:
        file = h5py.File(path, "r")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(f"{path}: expected an HDF5 file, found another: {error}") from error
    with file:
        found = _weights(file)
        shapes = {name: data.shape for name, data in found.items()}
        yield Tensors(path, shapes, lambda name: np.asarray(found[name]))


def _weights(file):
    """{name: data set}; only groups and data sets of this file itself, no links to others."""
    found = {}

    def visit(name, group):
        for number, weight in enumerate(group.attrs.get("weight_names", [])):
            data = group.get(weight)
            if isinstance(data, h5py.Dataset) and data.external is None:
                found[f"{name}:{number}"] = data

    file.visititems(visit)
    return found
