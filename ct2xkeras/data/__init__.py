"""From files and phantoms to training batches.

    read_volume, read_radiograph    files to `Volume` and `Radiograph`, or a `DataError`
    to_model_volume                 a CT on the model's grid
    prepare_radiograph              a radiograph as the model takes it
    DatasetSpec, build_dataset      settings to TFRecord shards with a description
    training_dataset, evaluation_cases, evaluation_radiographs     shards to arrays

Names are loaded when first asked for: reading a CT does not load TensorFlow.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "Augmentation": "augmentation",
    "DataError": "errors",
    "DatasetSpec": "spec",
    "ModelVolume": "grid",
    "Radiograph": "radiographs",
    "Volume": "volumes",
    "build_dataset": "build",
    "evaluation_cases": "held_out",
    "evaluation_radiographs": "held_out",
    "prepare_radiograph": "preparation",
    "read_info": "info",
    "read_radiograph": "radiographs",
    "read_volume": "volumes",
    "to_model_volume": "grid",
    "training_dataset": "pipeline",
    "verify_dataset": "verify",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
