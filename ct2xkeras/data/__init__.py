"""From files and phantoms to training batches.

    read_volume, read_radiograph    files to `Volume` and `Radiograph`, or a `DataError`
    to_model_volume                 a CT on the model's grid
    prepare_radiograph              a radiograph as the model takes it
    DatasetSpec, build_dataset      settings to TFRecord shards with a description
    training_dataset, evaluation_cases, evaluation_radiographs     shards to arrays

Names are loaded when first asked for: reading a CT does not load TensorFlow.
"""

from importlib import import_module

_HOMES = {
    "DataError": "errors",
    "DatasetSpec": "spec",
    "ModelVolume": "grid",
    "Radiograph": "radiographs",
    "Volume": "volumes",
    "build_dataset": "build",
    "evaluation_cases": "pipeline",
    "evaluation_radiographs": "pipeline",
    "prepare_radiograph": "preparation",
    "read_info": "info",
    "read_radiograph": "radiographs",
    "read_volume": "volumes",
    "to_model_volume": "grid",
    "training_dataset": "pipeline",
    "verify_dataset": "verify",
}

__all__ = list(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__():
    return sorted([*globals(), *_HOMES])
