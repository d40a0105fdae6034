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
    "Augmentation": "batches.augmentation",
    "DataError": "errors",
    "DatasetSpec": "dataset.spec",
    "ModelVolume": "ct.grid",
    "Radiograph": "xray.radiographs",
    "Volume": "ct.volumes",
    "build_dataset": "dataset.build",
    "evaluation_cases": "batches.held_out",
    "evaluation_radiographs": "batches.held_out",
    "prepare_radiograph": "xray.preparation",
    "read_info": "dataset.info",
    "read_radiograph": "xray.radiographs",
    "read_volume": "ct.volumes",
    "to_model_volume": "ct.grid",
    "training_dataset": "batches.pipeline",
    "verify_dataset": "dataset.verify",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
