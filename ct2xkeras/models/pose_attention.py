"""Pose attention module (PAM, figure 2): from a CT's content code to the content of one view."""

import keras
from keras import ops

from ct2xkeras.layers import PoseEmbedding, RayAttention, ResidualBlock
from ct2xkeras.models.architecture import resolve_architecture
from ct2xkeras.projection import affine_from_spacing, feature_affine, sample_along_rays


@keras.saving.register_keras_serializable(package="ct2xkeras")
class PoseAttention(keras.layers.Layer):
    """Embeds the view's DRR and pose, and lets them pick content along each pixel's ray.

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Call arguments:
        content_code: feature volumes of `CTEncoder`, coarsest first, (volumes, z, y, x, c) each.
        spacing: (volumes, 3), of the CT's grid, (z, y, x) in mm.
        poses: (views, 12).
        volume_index: (views,) integers, which volume each view shows.
        drr, coverage: (views, height, width, 1), the view's DRR in [-1, 1] and its coverage.

    Returns:
        View content at each resolution of `filters`, coarsest first: [(views, h, w, c), ...].
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(**kwargs)
        self.architecture = resolve_architecture(architecture)

    def build(self, content_code_shape, spacing_shape, poses_shape, *_, **__):
        arch = self.architecture
        common = {"dtype": self.dtype_policy}
        fine, *coarser = arch.view_filters[::-1]
        self.view_stem = keras.layers.Conv2D(
            fine, 3, padding="same", activation="leaky_relu", name="view_stem", **common
        )
        self.view_blocks = [
            ResidualBlock(width, halve=True, name=f"view_{index}", **common)
            for index, width in enumerate(coarser)
        ]
        shape = (None, arch.image_size, arch.image_size, 2)
        for layer in (self.view_stem, *self.view_blocks):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.pose_embedding = PoseEmbedding(
            arch.pose_size, arch.pose_distances, name="pose_embedding", **common
        )
        self.pose_embedding.build(tuple(poses_shape))
        self.attention = []
        for index, features in enumerate(arch.volume_filters):
            width = arch.view_filters[index]
            layer = RayAttention(width, name=f"attention_{index}", **common)
            layer.build(
                (None, None, None, width),
                (None, arch.pose_size),
                (None, None, None, arch.ray_samples[index], features),
                (None, None, None, 1),
            )
            self.attention.append(layer)

    def _views(self, drr, coverage):
        """The embedded DRR at every resolution, coarsest first."""
        images = ops.concatenate([ops.cast(drr, "float32"), ops.cast(coverage, "float32")], -1)
        features = self.view_stem(ops.cast(images, self.compute_dtype))
        pyramid = [features]
        for block in self.view_blocks:
            features = block(features)
            pyramid.append(features)
        return pyramid[::-1]

    def call(self, content_code, spacing, poses, volume_index, drr, coverage):
        arch = self.architecture
        contents = self._views(drr, coverage)
        pose_code = self.pose_embedding(poses)
        affine = affine_from_spacing(spacing, arch.volume_size)
        for index, features in enumerate(content_code):
            samples, inside = sample_along_rays(
                features,
                feature_affine(affine, arch.volume_size, features.shape[1:4]),
                rescale_pixels(poses, arch.image_size / contents[index].shape[1]),
                contents[index].shape[1:3],
                arch.ray_samples[index],
                volume_index=volume_index,
            )
            attended = self.attention[index](contents[index], pose_code, samples, inside)
            contents[index] = contents[index] + attended
        return contents

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}


def rescale_pixels(poses, factor):
    """Poses of the same detector area with pixels `factor` times as large: (n, 12) to (n, 12)."""
    return ops.concatenate([poses[:, :8], poses[:, 8:10] * factor, poses[:, 10:]], axis=-1)
