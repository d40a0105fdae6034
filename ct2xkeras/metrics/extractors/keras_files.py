"""Any Keras model as an extractor."""

import re
from pathlib import Path

import keras
import tensorflow as tf

from ct2xkeras.metrics.extractors.network_extractor import NetworkExtractor
from ct2xkeras.metrics.extractors.resizing import resize
from ct2xkeras.metrics.extractors.stored_files import content_sha256
from ct2xkeras.metrics.extractors.tensors import problems_of


def load_keras_extractor(path):
    """A model from a `.keras` file as an extractor.

    Pictures are resized without aliasing to the size of the model's input, if it has one, made
    three channels if it takes three, and given in 0 to 255; a model that wants other values begins
    with a `keras.layers.Rescaling` or `Normalization`. Feature maps are averaged over positions.

    Args:
        path: of the file. It is loaded in Keras's safe mode: a model with code in it is refused.

    Returns:
        A `NetworkExtractor` called `keras:STEM-HASH`, the file's name and the first 8 digits of its
        SHA-256, so that scores of two models are not mixed up.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it holds no model of one picture that gives features.
    """
    path = Path(path)
    sha256 = content_sha256(path)
    with problems_of(path, "a model saved by Keras that loads in safe mode"):
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    height, width, channels = _input_shape(path, model)
    num_features = _num_features(path, model)

    def features(pixels):
        if height and width:
            pixels = resize(pixels, (height, width))
        found = model(tf.repeat(pixels, channels, axis=-1), training=False)
        found = tf.reduce_mean(found, (1, 2)) if len(found.shape) == 4 else found
        return tf.cast(found, tf.float32)

    stem = re.sub(r"[^\w.-]", "_", path.stem)
    return NetworkExtractor(f"keras:{stem}-{sha256[:8]}", num_features, features)


def _input_shape(path, model):
    """Height and width, each None if any will do, and channels."""
    inputs = getattr(model, "inputs", None) or []
    shapes = [tuple(each.shape) for each in inputs]
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][-1] not in (1, 3):
        raise ValueError(
            f"{path}: expected a model of one input (batch, height, width, 1 or 3), found "
            f"{shapes or 'none'}."
        )
    return shapes[0][1:]


def _num_features(path, model):
    shapes = [tuple(output.shape) for output in model.outputs]
    if len(shapes) != 1 or len(shapes[0]) not in (2, 4) or not shapes[0][-1]:
        raise ValueError(
            f"{path}: expected a model of one output (batch, features) or (batch, height, width, "
            f"features), found {shapes}."
        )
    return shapes[0][-1]
