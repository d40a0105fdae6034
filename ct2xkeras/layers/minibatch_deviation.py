"""Minibatch standard deviation (Karras et al. 2018, section 3): shows a discriminator variety."""

import keras
from keras import ops

EPSILON = 1e-8


def minibatch_deviation(features):
    """Mean over positions and channels of the standard deviation over the batch, a scalar.

    It is 0 for a batch of one. Under a distribution strategy the batch is the replica's own.
    """
    features = ops.cast(features, "float32")
    variance = ops.mean(ops.square(features - ops.mean(features, axis=0)), axis=0)
    return ops.mean(ops.sqrt(variance + EPSILON) - EPSILON**0.5)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class MinibatchDeviation(keras.layers.Layer):
    """Adds one channel that holds the `minibatch_deviation`.

    Call arguments:
        features: (batch, height, width, channels).

    Returns:
        (batch, height, width, channels + 1).
    """

    def call(self, features):
        deviation = ops.cast(minibatch_deviation(features), features.dtype)
        channel = ops.zeros_like(features[..., :1]) + deviation
        return ops.concatenate([features, channel], axis=-1)

    def compute_output_shape(self, features_shape):
        return (*features_shape[:-1], features_shape[-1] + 1)
