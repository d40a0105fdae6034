"""Pose attention module (PAM, figure 2): the content features that belong to a view.

The paper leaves its inside open. Ours asks, for each pixel of a view, which depths along the
pixel's own perspective ray matter: the query is the view's DRR and the pose, keys and values are
the CT's features sampled on that ray. Magnification and parallax are then exact by construction.
"""

import math

import keras
from keras import ops

NUM_DEPTH_WAVES = 4


def depth_features(num_samples):
    """Waves over the relative depth of a ray's samples: (num_samples, 2 * NUM_DEPTH_WAVES)."""
    depth = (ops.arange(num_samples, dtype="float32") + 0.5) / num_samples
    angles = math.pi * depth[:, None] * 2.0 ** ops.arange(NUM_DEPTH_WAVES, dtype="float32")
    return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)


def attend_along_rays(query, keys, values):
    """Scaled dot-product attention over depth.

    Args:
        query: (batch, height, width, heads, size).
        keys, values: (batch, height, width, samples, heads, size).

    Returns:
        (batch, height, width, heads, size).
    """
    scores = ops.sum(query[:, :, :, None] * keys, axis=-1) / math.sqrt(query.shape[-1])
    weights = ops.softmax(ops.cast(scores, "float32"), axis=3)
    return ops.sum(ops.cast(weights, values.dtype)[..., None] * values, axis=3)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class RayAttention(keras.layers.Layer):
    """The `ray` variant of the pose attention module.

    Args:
        filters: number of output channels; divisible by `num_heads`.
        num_heads: number of attention heads.

    Call arguments:
        view: (batch, height, width, channels), the embedded DRR of the view.
        pose_code: (batch, pose_size), from `PoseEmbedding`.
        samples: (batch, height, width, depth, features), content features along each pixel's ray,
            from the source side on.
        inside: (batch, height, width, 1), whether the ray meets the CT.

    Returns:
        (batch, height, width, filters), zero where the ray misses the CT.
    """

    def __init__(self, filters, num_heads=2, **kwargs):
        super().__init__(**kwargs)
        if filters % num_heads:
            raise ValueError(f"filters={filters} must be divisible by num_heads={num_heads}.")
        self.filters = filters
        self.num_heads = num_heads

    def build(self, view_shape, pose_code_shape, samples_shape, inside_shape):
        def dense(name, width, bias=True):
            layer = keras.layers.Dense(
                self.filters, use_bias=bias, name=name, dtype=self.dtype_policy
            )
            layer.build((None, width))
            return layer

        self.query = dense("query", view_shape[-1])
        self.pose_query = dense("pose_query", pose_code_shape[-1], bias=False)
        self.key = dense("key", samples_shape[-1])
        self.depth_key = dense("depth_key", 2 * NUM_DEPTH_WAVES, bias=False)
        self.value = dense("value", samples_shape[-1])
        self.attended_map = dense("attended_map", self.filters)
        self.mean_map = dense("mean_map", samples_shape[-1], bias=False)

    def _heads(self, features):
        size = self.filters // self.num_heads
        return ops.reshape(features, [-1, *features.shape[1:-1], self.num_heads, size])

    def call(self, view, pose_code, samples, inside):
        depth = ops.cast(depth_features(samples.shape[3]), self.compute_dtype)
        query = self.query(view) + self.pose_query(pose_code)[:, None, None]
        keys = self.key(samples) + self.depth_key(depth)
        attended = attend_along_rays(
            self._heads(query), self._heads(keys), self._heads(self.value(samples))
        )
        attended = ops.reshape(attended, [-1, *view.shape[1:3], self.filters])
        # The mean along the ray is what a line integral sees; attention refines it.
        content = self.attended_map(attended) + self.mean_map(ops.mean(samples, axis=3))
        return content * ops.cast(inside, self.compute_dtype)

    def compute_output_shape(self, view_shape, pose_code_shape, samples_shape, inside_shape):
        return (*view_shape[:-1], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "num_heads": self.num_heads,
        }
