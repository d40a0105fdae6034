"""A SavedModel in the place of the networks it was exported from; TensorFlow alone reads it."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from ct2xkeras.data import DataError

MODEL_FILE = "saved_model.pb"
SIGNATURES = ("serving_default", "encode_style", "encode_ct", "render")


def saved_model_folder(path):
    """The folder of a SavedModel: `path`, or its newest version `path/NUMBER`; None if neither."""
    path = Path(path)
    numbers = [child for child in path.glob("*") if child.name.isdecimal()] if path.is_dir() else []
    versions = sorted(numbers, key=lambda child: int(child.name), reverse=True)
    return next((found for found in (path, *versions) if (found / MODEL_FILE).is_file()), None)


class SavedNetworks:
    """The functions of a `ViewSynthesizer` that evaluation calls, by a SavedModel's signatures.

    Args:
        path: folder of a SavedModel that `ct2xkeras export` wrote.

    Raises:
        DataError: it cannot be loaded or lacks a signature.
    """

    def __init__(self, path):
        mend = "Give a folder that `ct2xkeras export` wrote."
        try:
            self._model = tf.saved_model.load(str(path))
        except (OSError, ValueError, tf.errors.OpError) as error:
            found = f"one that cannot be loaded ({type(error).__name__})"
            raise DataError(path, "a SavedModel", found, mend) from error
        missing = [name for name in SIGNATURES if name not in self._model.signatures]
        if missing:
            found = f"none of the name {missing[0]}"
            raise DataError(path, f"signatures {', '.join(SIGNATURES)}", found, mend)

    knows_patient = True

    @property
    def sizes(self):
        """(z, y, x) of the volumes it takes and (rows, columns) of the pictures it makes."""
        inputs = self._model.signatures["serving_default"].structured_input_signature[1]
        return tuple(
            tuple(inputs[name].shape[1:-1].as_list()) for name in ("volume", "style_image")
        )

    def encode_style(self, image):
        """Style codes (n, size) of pictures (n, height, width, 1)."""
        return self._run("encode_style", image=_floats(image))["style_code"]

    def encode_ct(self, volume, spacing):
        """Content code of volumes (n, z, y, x, 1), spacing (n, 3): {name of a level: array}."""
        return self._run("encode_ct", volume=_floats(volume), spacing=_floats(spacing))

    def render(self, content_code, volume, spacing, poses, style_code, volume_index):
        """X^, DRR and coverage of views of one CT, see `ViewSynthesizer.render`."""
        if np.any(volume_index):
            raise ValueError("A SavedModel renders views of one CT at a time.")
        given = {"volume": volume, "spacing": spacing, "pose": poses, "style_code": style_code}
        floats = {name: _floats(values) for name, values in given.items()}
        found = self._run("render", **content_code, **floats)
        return found["xray"], found["drr"], found["coverage"]

    def _run(self, signature, **inputs):
        function = self._model.signatures[signature]
        if "seed" in function.structured_input_signature[1]:  # of the pixel noise, one for all
            inputs["seed"] = tf.zeros(1, tf.int32)
        return function(**inputs)


def _floats(values):
    return tf.convert_to_tensor(np.asarray(values, np.float32))
