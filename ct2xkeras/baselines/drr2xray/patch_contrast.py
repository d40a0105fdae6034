"""PatchNCE (Park et al. 2020, section 3): a place of the X-ray must know its place of the DRR.

Features at a place of the translation are compared with those of the source at the same place
(which they must match) and at other places of the same picture (which they must not). So what is
where stays, whatever it looks like.
"""

import keras
from keras import ops

NEAR_ZERO = 1e-7


def patch_positions(draws, num_positions, patches):
    """Places in random order, none twice.

    Args:
        draws: (batch, n) random numbers, n of `num_positions` or more.
        num_positions: places there are, height times width.
        patches: places wanted; all where there are fewer.

    Returns:
        (batch, patches), whole numbers below `num_positions`, int32.
    """
    return ops.top_k(draws[:, :num_positions], min(patches, num_positions))[1]


def features_at(features, positions):
    """Features (batch, h, w, channels) at places (batch, n): (batch, n, channels)."""
    channels = features.shape[-1]
    flat = ops.reshape(features, (-1, features.shape[1] * features.shape[2], channels))
    return ops.take_along_axis(flat, positions[:, :, None], axis=1)


def patch_contrast(queries, keys, temperature):
    """Cross-entropy of finding a query's own key among all keys of its picture.

    `-log(exp(q_i k_i / t) / sum_j exp(q_i k_j / t))`, mean over places i; log(places) by chance.

    Args:
        queries, keys: (batch, places, size), of length 1; no gradient goes through the keys.
        temperature: t.

    Returns:
        (batch,).
    """
    keys = ops.stop_gradient(keys)
    logits = ops.matmul(queries, ops.swapaxes(keys, 1, 2)) / temperature
    own = ops.sum(queries * keys, axis=-1) / temperature
    return ops.mean(ops.logsumexp(logits, axis=-1) - own, axis=-1)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class PatchProjection(keras.layers.Layer):
    """The paper's H: for each layer of features two dense layers, to vectors of length 1.

    Args:
        size: length of the vectors, and width between the two.

    Call arguments:
        features: list of (batch, places, channels), one for each contrasted layer.

    Returns:
        list of (batch, places, size), float32.
    """

    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size = size

    def build(self, features_shape):
        channels = [shape[-1] for shape in features_shape]
        self.hidden = [
            self._dense(f"hidden_{index}", width, activation="relu")
            for index, width in enumerate(channels)
        ]
        self.out = [self._dense(f"out_{index}", self.size) for index in range(len(channels))]

    def _dense(self, name, channels, **kwargs):
        layer = keras.layers.Dense(self.size, name=name, dtype=self.dtype_policy, **kwargs)
        layer.build((None, None, channels))
        return layer

    def call(self, features):
        return [
            _unit(out(hidden(each)))
            for each, hidden, out in zip(features, self.hidden, self.out, strict=True)
        ]

    def get_config(self):
        return {**super().get_config(), "size": self.size}


def _unit(vectors):
    vectors = ops.cast(vectors, "float32")
    return vectors * ops.rsqrt(ops.sum(ops.square(vectors), axis=-1, keepdims=True) + NEAR_ZERO)
