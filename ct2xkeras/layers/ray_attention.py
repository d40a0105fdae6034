"""Pose attention along rays: the content features that belong to a view (PAM, figure 2).

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


def attend_along_rays(query, samples, depth):
    """Scaled dot-product attention over depth, for several heads.

    The key of a sample is its features beside the waves of its depth; its value is its features.
    Linear maps of keys and values are left to the query and to what follows: the result is the
    same, and nothing larger than the samples themselves is computed for each of them.

    Args:
        query: (batch, height, width, heads, features + waves).
        samples: (batch, height, width, samples, features).
        depth: (samples, waves), `depth_features`.

    Returns:
        (batch, height, width, heads, features).
    """
    features = samples.shape[-1]
    scores = ops.matmul(query[..., :features], ops.swapaxes(samples, -1, -2))
    scores = scores + ops.matmul(query[..., features:], ops.transpose(depth))
    scores = ops.cast(scores, "float32") / math.sqrt(query.shape[-1])
    return ops.matmul(ops.cast(ops.softmax(scores), samples.dtype), samples)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class RayAttention(keras.layers.Layer):
    """The `ray` variant of the pose attention module.

    Args:
        filters: number of output channels.
        num_heads: number of attention heads.

    Call arguments:
        view: (batch, height, width, channels), the embedded DRR of the view.
        pose_code: (batch, pose_size), from `PoseEmbedding`.
        samples: (batch, height, width, depth, features), content features along each pixel's ray,
            from the source side on, 0 along rays that miss the CT.
        inside: (batch, height, width, 1), whether the ray meets the CT.

    Returns:
        (batch, height, width, filters), zero where the ray misses the CT.
    """

    def __init__(self, filters, num_heads=2, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.num_heads = num_heads

    def build(self, view_shape, pose_code_shape, samples_shape, inside_shape):
        features = samples_shape[-1]
        self.key_size = features + 2 * NUM_DEPTH_WAVES

        def dense(name, units, width, bias=True):
            layer = keras.layers.Dense(units, use_bias=bias, name=name, dtype=self.dtype_policy)
            layer.build((None, width))
            return layer

        query_size = self.num_heads * self.key_size
        self.query = dense("query", query_size, view_shape[-1])
        self.pose_query = dense("pose_query", query_size, pose_code_shape[-1], bias=False)
        self.content_map = dense("content_map", self.filters, (self.num_heads + 1) * features)

    def call(self, view, pose_code, samples, inside):
        pixels = view.shape[1:3]
        depth = ops.cast(depth_features(samples.shape[3]), self.compute_dtype)
        query = self.query(view) + self.pose_query(pose_code)[:, None, None]
        query = ops.reshape(query, [-1, *pixels, self.num_heads, self.key_size])
        attended = attend_along_rays(query, samples, depth)
        attended = ops.reshape(attended, [-1, *pixels, self.num_heads * samples.shape[-1]])
        # The mean along the ray is what a line integral sees; attention refines it.
        seen = ops.concatenate([attended, ops.mean(samples, axis=3)], axis=-1)
        return self.content_map(seen) * ops.cast(inside, self.compute_dtype)

    def compute_output_shape(self, view_shape, pose_code_shape, samples_shape, inside_shape):
        return (*view_shape[:-1], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "num_heads": self.num_heads,
        }
