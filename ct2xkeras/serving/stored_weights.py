"""The weights of networks as a SavedModel stores them, in float32 or float16."""

import contextlib
import zlib

import keras
import numpy as np
import tensorflow as tf


class StoredWeights(tf.Module):
    """Variables that a SavedModel keeps; the networks compute with them inside `used`.

    Args:
        networks: a built Keras model that computes in float32.
        dtype: `float32`, or `float16` for half the size. Arithmetic stays float32.
    """

    def __init__(self, networks, dtype="float32"):
        super().__init__()
        self.variables_stored = [
            tf.Variable(tf.cast(weight.value, dtype), trainable=False, name=weight.name)
            for weight in networks.weights
        ]

    @contextlib.contextmanager
    def used(self, networks):
        """Inside, the networks' weights are these."""
        pairs = zip(networks.weights, self.variables_stored, strict=True)
        mapping = [(weight, tf.cast(stored, weight.dtype)) for weight, stored in pairs]
        with keras.StatelessScope(state_mapping=mapping):
            yield

    def fingerprint(self):
        """A number that other weights hardly share."""
        check = 0
        for variable in self.variables_stored:
            check = zlib.crc32(np.ascontiguousarray(variable.numpy()).tobytes(), check)
        return int(np.uint32(check).view(np.int32))


def float32_twin(networks):
    """The same networks, which compute in float32 whatever they were trained in."""
    twin = type(networks)(networks.architecture, name=networks.name, dtype="float32")
    twin.build()
    twin.set_weights(networks.get_weights())
    return twin
