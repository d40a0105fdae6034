"""Cross-attention of view tokens to volume tokens: pose attention without the geometry of rays.

The `global` variant of the pose attention module: every pixel of a coarse view may look anywhere in
the CT, and the network has to learn from pose and DRR where. It stands beside the `ray` variant to
show what exact perspective brings.
"""

import math

import keras
from keras import ops

WAVELENGTHS = (2000.0, 1000.0, 500.0, 250.0, 125.0)  # mm


def position_features(positions):
    """Waves of positions in mm: (..., 3) to (..., 30)."""
    waves = 2 * math.pi / ops.convert_to_tensor(WAVELENGTHS)
    num_waves = positions.shape[-1] * len(WAVELENGTHS)
    angles = ops.reshape(positions[..., None] * waves, [*ops.shape(positions)[:-1], num_waves])
    return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)


def cross_attention(query, keys, values):
    """Scaled dot-product attention (Vaswani et al. 2017) of tokens to other tokens.

    Args:
        query: (batch, heads, tokens, size).
        keys, values: (batch, heads, others, size).

    Returns:
        (batch, heads, tokens, size).
    """
    scores = ops.matmul(query, ops.swapaxes(keys, -1, -2))
    weights = ops.softmax(ops.cast(scores, "float32") / math.sqrt(query.shape[-1]))
    return ops.matmul(ops.cast(weights, values.dtype), values)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class GlobalAttention(keras.layers.Layer):
    """The `global` variant of the pose attention module.

    Args:
        filters: number of output channels; divisible by `num_heads`.
        num_heads: number of attention heads.

    Call arguments:
        view: (views, height, width, channels), the embedded DRR of the view.
        pose_code: (views, pose_size), from `PoseEmbedding`.
        tokens: (volumes, tokens, features), the voxels of a feature volume.
        positions: (volumes, tokens, 3), their centres in world mm.
        volume_index: (views,) integers, which volume each view shows.

    Returns:
        (views, height, width, filters).
    """

    def __init__(self, filters, num_heads=2, **kwargs):
        super().__init__(autocast=False, **kwargs)  # positions are mm
        if filters % num_heads:
            raise ValueError(f"filters={filters} must be divisible by num_heads={num_heads}.")
        self.filters = filters
        self.num_heads = num_heads

    def build(self, view_shape, pose_code_shape, tokens_shape, positions_shape, *_):
        def dense(name, width):
            layer = keras.layers.Dense(self.filters, name=name, dtype=self.dtype_policy)
            layer.build((None, width))
            return layer

        num_waves = 2 * 3 * len(WAVELENGTHS)
        self.query = dense("query", view_shape[-1] + pose_code_shape[-1] + 2)
        self.key = dense("key", tokens_shape[-1] + num_waves)
        self.value = dense("value", tokens_shape[-1] + num_waves)
        self.content_map = dense("content_map", self.filters)

    def _heads(self, features):
        size = self.filters // self.num_heads
        split = ops.reshape(features, [-1, features.shape[1], self.num_heads, size])
        return ops.transpose(split, [0, 2, 1, 3])

    def call(self, view, pose_code, tokens, positions, volume_index):
        height, width = view.shape[1:3]
        view, pose_code, tokens = (
            ops.cast(features, self.compute_dtype) for features in (view, pose_code, tokens)
        )
        pixels = ops.reshape(view, [-1, height * width, view.shape[3]])
        places = ops.cast(pixel_places(height, width), self.compute_dtype)[None]
        blank = ops.zeros_like(pixels[..., :1])
        query = self.query(
            ops.concatenate([pixels, blank + places, blank + pose_code[:, None]], axis=-1)
        )
        waves = ops.cast(position_features(positions), tokens.dtype)
        tokens = ops.concatenate([tokens, waves], axis=-1)
        keys, values = (self._heads(layer(tokens)) for layer in (self.key, self.value))
        attended = cross_attention(
            self._heads(query),
            ops.take(keys, volume_index, axis=0),
            ops.take(values, volume_index, axis=0),
        )
        attended = ops.transpose(attended, [0, 2, 1, 3])
        return self.content_map(ops.reshape(attended, [-1, height, width, self.filters]))

    def compute_output_shape(self, view_shape, *_):
        return (*view_shape[:-1], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "num_heads": self.num_heads,
        }


def pixel_places(height, width):
    """Row and column of each pixel on [-1, 1]: (height * width, 2)."""
    rows, columns = (2 * (ops.arange(n, dtype="float32") + 0.5) / n - 1 for n in (height, width))
    grid = ops.meshgrid(rows, columns, indexing="ij")
    return ops.reshape(ops.stack(grid, axis=-1), [height * width, 2])
