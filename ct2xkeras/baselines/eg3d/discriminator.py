"""Dual discrimination (Chan et al. 2022, section 4.3) by StyleGAN2's residual discriminator.

It sees the final picture and, as a second channel, the rendered one resized up to it: so the
super-resolution may sharpen a picture but not make another one.
"""

import keras
from keras import ops

from ct2xkeras.baselines.eg3d.architecture import EG3DArchitecture
from ct2xkeras.baselines.eg3d.equalized import EqualizedConv2D, EqualizedDense
from ct2xkeras.baselines.eg3d.filtering import halved, resized, smoothed
from ct2xkeras.baselines.eg3d.mapping import MappingNetwork
from ct2xkeras.baselines.eg3d.presets import PRESETS
from ct2xkeras.layers import MinibatchDeviation, pose_features
from ct2xkeras.layers.pose_embedding import NUM_FEATURES
from ct2xkeras.models.presets import resolve_architecture

LABEL_LAYERS = 8  # of the mapping network of poses, as published


def picture_pair(picture, rendered):
    """What the discriminator sees, (views, side, side, 2).

    Args:
        picture: (views, side, side, 1).
        rendered: (views, smaller, smaller, 1).
    """
    return ops.concatenate([picture, resized(rendered, picture.shape[1])], axis=-1)


def packed(picture, rendered):
    """Both pictures as rows of numbers, (views, numbers), for a penalty on gradients of both."""
    flat = [ops.reshape(each, [-1, each.shape[1] * each.shape[2]]) for each in (picture, rendered)]
    return ops.concatenate(flat, axis=-1)


def unpacked(numbers, side, rendered_side):
    """Picture (views, side, side, 1) and rendered picture of `packed`."""
    return tuple(
        ops.reshape(part, [-1, length, length, 1])
        for part, length in zip(
            ops.split(numbers, [side**2], axis=-1), (side, rendered_side), strict=True
        )
    )


@keras.saving.register_keras_serializable(package="ct2xkeras")
class HalvingBlock(keras.layers.Layer):
    """Two convolutions beside a 1 x 1 shortcut; height and width halve after a binomial filter.

    Args:
        filters: number of output channels.

    Call arguments:
        features: (batch, height, width, channels), even height and width.

    Returns:
        (batch, height / 2, width / 2, filters).
    """

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters

    def build(self, features_shape):
        channels, common = features_shape[-1], {"dtype": self.dtype_policy}
        self.first = EqualizedConv2D(channels, activation="leaky_relu", name="first", **common)
        self.second = EqualizedConv2D(
            self.filters, strides=2, activation="leaky_relu", name="second", **common
        )
        self.shortcut = EqualizedConv2D(self.filters, 1, use_bias=False, name="shortcut", **common)
        for layer in (self.first, self.second, self.shortcut):
            layer.build((None, None, None, channels))

    def call(self, features):
        values = self.second(smoothed(self.first(features), pad=2))
        return (values + self.shortcut(halved(features))) * 0.5**0.5

    def compute_output_shape(self, features_shape):
        sides = [side and side // 2 for side in features_shape[1:3]]
        return (features_shape[0], *sides, self.filters)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters}


@keras.saving.register_keras_serializable(package="ct2xkeras")
class DualDiscriminator(keras.layers.Layer):
    """Tells real pairs of pictures from generated ones, at a pose where the architecture says so.

    Args:
        architecture: an `EG3DArchitecture`, its fields, or the name of a preset.

    Call arguments:
        pair: (batch, side, side, 2), of `picture_pair`.
        poses: (batch, 12), where `discriminator_pose` is on: logits are then projections onto a
            mapped pose (Miyato and Koyama 2018).

    Returns:
        Logits (batch,), float32; positive means real.
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(autocast=False, **kwargs)  # poses are mm
        self.architecture = resolve_architecture(architecture, EG3DArchitecture, PRESETS)

    def build(self, pair_shape, poses_shape=None):
        arch, common = self.architecture, {"dtype": self.dtype_policy}
        first, *filters = arch.discriminator_filters()
        size = filters[-1]
        self.stem = EqualizedConv2D(first, 1, activation="leaky_relu", name="stem", **common)
        self.blocks = [
            HalvingBlock(width, name=f"block_{index}", **common)
            for index, width in enumerate(filters)
        ]
        self.deviation = MinibatchDeviation(arch.deviation_group, name="deviation", **common)
        self.last = EqualizedConv2D(size, activation="leaky_relu", name="last", **common)
        shape = pair_shape
        for layer in (self.stem, *self.blocks, self.deviation, self.last):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.flat_size = shape[1] * shape[2] * shape[3]
        self.hidden = EqualizedDense(size, "leaky_relu", name="hidden", dtype="float32")
        self.hidden.build((None, self.flat_size))
        self.pose_code = None
        if arch.discriminator_pose:
            self.pose_code = MappingNetwork(arch.code_size, LABEL_LAYERS, name="pose_code")
            self.pose_code.build(None, (None, NUM_FEATURES))
        self.output_map = EqualizedDense(
            arch.code_size if arch.discriminator_pose else 1, name="output_map", dtype="float32"
        )
        self.output_map.build((None, size))

    def call(self, pair, poses=None):
        features = self.stem(ops.cast(pair, self.compute_dtype))
        for block in self.blocks:
            features = block(features)
        features = self.last(self.deviation(features))
        flat = ops.reshape(ops.cast(features, "float32"), [-1, self.flat_size])
        outputs = self.output_map(self.hidden(flat))
        if self.pose_code is None:
            return outputs[:, 0]
        code = self.pose_code(None, pose_features(poses))
        return ops.sum(outputs * code, axis=-1) / code.shape[-1] ** 0.5

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}
