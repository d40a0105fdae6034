"""Imported weights: one `.npz` file per network in the user's cache."""

import numpy as np

from ct2xkeras.cache import cache_folder
from ct2xkeras.files import replacing
from ct2xkeras.metrics.extractors.known_weights import KNOWN_WEIGHTS
from ct2xkeras.metrics.extractors.tensors import problems_of

_KEPT = "weights that `ct2xkeras weights import` kept (delete the file and import them again)"


def stored_path(name):
    """Where the weights of that name are or will be."""
    return cache_folder("weights") / f"{name}.npz"


def describe_weights():
    """All known weights as plain values: purpose, licence, sources, and if and where they are."""
    return {
        name: {
            "purpose": weights.purpose,
            "licence": weights.licence,
            "present": stored_path(name).is_file(),
            "path": str(stored_path(name)),
            "sources": [
                {
                    "file": source.file,
                    "url": source.url,
                    "num_bytes": source.num_bytes,
                    "sha256": source.sha256,
                }
                for source in weights.sources
            ],
        }
        for name, weights in KNOWN_WEIGHTS.items()
    }


def store_arrays(name, arrays):
    """Write {name: array} whole or not at all; returns the path."""
    path = stored_path(name)
    with replacing(path) as temporary:
        np.savez(temporary, **arrays)
    return path


def load_arrays(name):
    """The imported arrays of a name of `KNOWN_WEIGHTS`.

    Raises:
        ValueError: they have not been imported, or the stored file is damaged.
    """
    path = stored_path(name)
    if not path.is_file():
        source = KNOWN_WEIGHTS[name].sources[0]
        raise ValueError(
            f"{path}: expected the weights {name!r}, found no file. Get {source.file} from "
            f"{source.url} and run `ct2xkeras weights import {source.file}`."
        )
    with problems_of(path, _KEPT), np.load(path) as file:
        return dict(file)


def load_into(build, name):
    """The model that `build` makes, with its imported weights. Errors as of `load_arrays`."""
    arrays = load_arrays(name)
    with problems_of(stored_path(name), _KEPT):
        return set_arrays(build(), arrays)


def set_arrays(model, arrays):
    """Give a model's layers their weights from `LAYER/kernel`, `LAYER/bias`; returns it."""
    for layer in model.layers:
        layer.set_weights([arrays[f"{layer.name}/{weight.name}"] for weight in layer.weights])
    return model
