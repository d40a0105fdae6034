"""Minibatch standard deviation (Karras et al. 2018, section 3): shows a discriminator variety."""

import keras
from keras import ops

EPSILON = 1e-8


def minibatch_deviation(features, group_size=0):
    """Mean over positions and channels of the standard deviation over a group of examples.

    It is 0 for a group of one. Under a distribution strategy the batch is the replica's own: with
    groups that each replica holds whole, the value does not depend on the number of replicas.

    Args:
        features: (batch, height, width, channels).
        group_size: examples that are compared, neighbours in the batch, whose size it divides;
            0 compares the whole batch.

    Returns:
        (batch,), float32, the same for all of a group.
    """
    shape = ops.shape(features)
    size = group_size or shape[0]
    groups = ops.reshape(ops.cast(features, "float32"), [-1, size, *shape[1:]])
    centred = groups - ops.mean(groups, axis=1, keepdims=True)
    variance = ops.mean(ops.square(centred), axis=1)
    deviation = ops.mean(ops.sqrt(variance + EPSILON) - EPSILON**0.5, axis=(1, 2, 3))
    return ops.reshape(ops.broadcast_to(deviation[:, None], [shape[0] // size, size]), [-1])


@keras.saving.register_keras_serializable(package="ct2xkeras")
class MinibatchDeviation(keras.layers.Layer):
    """Adds one channel that holds the `minibatch_deviation`.

    Args:
        group_size: see there.

    Call arguments:
        features: (batch, height, width, channels).

    Returns:
        (batch, height, width, channels + 1).
    """

    def __init__(self, group_size=0, **kwargs):
        super().__init__(**kwargs)
        self.group_size = int(group_size)

    def call(self, features):
        deviation = ops.cast(minibatch_deviation(features, self.group_size), features.dtype)
        channel = ops.zeros_like(features[..., :1]) + deviation[:, None, None, None]
        return ops.concatenate([features, channel], axis=-1)

    def compute_output_shape(self, features_shape):
        return (*features_shape[:-1], features_shape[-1] + 1)

    def get_config(self):
        return {**super().get_config(), "group_size": self.group_size}
