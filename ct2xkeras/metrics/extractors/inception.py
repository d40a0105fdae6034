"""The Inception network of 2015-12-05, on which FID and KID are defined (Heusel et al. 2017).

It is neither the Inception of Keras nor that of torchvision: another training with 1008 classes,
and other pooling. Batch normalisation is part of kernels and biases, see `inception_files`.
"""

import keras
import tensorflow as tf
from keras import layers

from ct2xkeras.metrics.extractors.inception_layers import BLOCKS, STEM, Conv, Pool, layer_name
from ct2xkeras.metrics.extractors.weight_store import load_into

NAME = "inception-2015-12-05"
SIDE = 299
NUM_FEATURES = 2048


def inception():
    """The network with random weights, not trainable.

    Takes (batch, height, width, 3), see `inception_input`; the standard size is 299 x 299. Gives
    the means over positions of the last block's channels, `pool_3` of the graph, (batch, 2048).
    """
    inputs = keras.Input((None, None, 3), dtype="float32")
    features = _branch(inputs, STEM, "")
    for block in BLOCKS:
        prefix = f"{block.path}/"
        joined = [_branch(features, steps, prefix) for steps in block.branches]
        features = layers.Concatenate(dtype="float32")(joined)
    features = layers.GlobalAveragePooling2D(dtype="float32")(features)
    model = keras.Model(inputs, features, name="inception")
    model.trainable = False
    return model


def _branch(features, steps, prefix):
    for step in steps:
        features = _step(features, step, prefix)
    return features


def _step(features, step, prefix):
    if isinstance(step, Conv):
        name = layer_name(prefix + step.path)
        return layers.Conv2D(
            step.filters,
            step.size,
            step.strides,
            step.padding,
            activation="relu",
            name=name,
            dtype="float32",
        )(features)
    if isinstance(step, Pool):
        pooling = layers.AveragePooling2D if step.kind == "mean" else layers.MaxPooling2D
        return pooling(3, step.strides, step.padding, dtype="float32")(features)
    return layers.Concatenate(dtype="float32")([_step(features, conv, prefix) for conv in step])


def inception_input(pixels):
    """Grey pixels in 0 to 255, (batch, h, w, 1), as the network takes them: (batch, h, w, 3)."""
    return tf.image.grayscale_to_rgb((pixels - 128) / 128)


def load_inception():
    """`inception` with the imported weights; raises ValueError where there are none."""
    return load_into(inception, NAME)
