"""Pose attention module (PAM, figure 2): from a CT's content code to the content of one view."""

import math

import keras
from keras import ops

from ct2xkeras.layers import GlobalAttention, PoseEmbedding, RayAttention, ResidualBlock
from ct2xkeras.models.presets import resolve_architecture
from ct2xkeras.projection import affine_from_spacing, feature_affine, sample_along_rays
from ct2xkeras.projection.rays import rescale_pixels

NUM_VIEW_CHANNELS = 2  # DRR and coverage


@keras.saving.register_keras_serializable(package="ct2xkeras")
class PoseAttention(keras.layers.Layer):
    """Embeds the view's DRR and pose, and lets them pick the content that belongs to the view.

    Variants (`Architecture.attention`): with `ray` each pixel attends over depth to the features
    on its own perspective ray, at each resolution that has a feature volume; with `none` it takes
    their mean; with `global` the coarsest view's pixels attend to every voxel of the coarsest
    volume, and the finer resolutions see the DRR alone.

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
        super().__init__(autocast=False, **kwargs)  # poses are mm and degrees
        self.architecture = resolve_architecture(architecture)

    # ------------------------------------------------------------------ layers

    def build(self, content_code_shape, spacing_shape, poses_shape, *_, **__):
        self._build_view()
        if self.architecture.attention != "none":
            self.pose_embedding = PoseEmbedding(
                self.architecture.pose_size,
                self.architecture.pose_distances,
                name="pose_embedding",
                dtype=self.dtype_policy,
            )
            self.pose_embedding.build(tuple(poses_shape))
        add = {"ray": self._build_ray, "global": self._build_global, "none": self._build_mean}
        num_levels = 1 if self.architecture.attention == "global" else None
        self.attention = [
            add[self.architecture.attention](level, features)
            for level, features in enumerate(self.architecture.volume_filters[:num_levels])
        ]

    def _build_view(self):
        arch = self.architecture
        fine, *coarser = arch.view_filters[::-1]
        common = {"dtype": self.dtype_policy}
        self.view_stem = keras.layers.Conv2D(
            fine, 3, padding="same", activation="leaky_relu", name="view_stem", **common
        )
        self.view_blocks = [
            ResidualBlock(width, halve=True, name=f"view_{index}", **common)
            for index, width in enumerate(coarser)
        ]
        shape = (None, arch.image_size, arch.image_size, NUM_VIEW_CHANNELS)
        for layer in (self.view_stem, *self.view_blocks):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)

    def _settings(self, level):
        return {"name": f"attention_{level}", "dtype": self.dtype_policy}

    def _build_ray(self, level, features):
        arch = self.architecture
        width = arch.view_filters[level]
        layer = RayAttention(width, arch.attention_heads, **self._settings(level))
        layer.build(
            (None, None, None, width),
            (None, arch.pose_size),
            (None, None, None, arch.ray_samples[level], features),
            (None, None, None, 1),
        )
        return layer

    def _build_global(self, level, features):
        arch = self.architecture
        width = arch.view_filters[level]
        layer = GlobalAttention(width, arch.attention_heads, **self._settings(level))
        layer.build(
            (None, None, None, width),
            (None, arch.pose_size),
            (None, None, features),
            (None, None, 3),
        )
        return layer

    def _build_mean(self, level, features):
        layer = keras.layers.Dense(self.architecture.view_filters[level], **self._settings(level))
        layer.build((None, features))
        return layer

    # ------------------------------------------------------------------ forward

    def view_features(self, drr, coverage):
        """The embedded DRR at every resolution, coarsest first."""
        images = ops.concatenate([ops.cast(drr, "float32"), ops.cast(coverage, "float32")], -1)
        features = self.view_stem(ops.cast(images, self.compute_dtype))
        pyramid = [features]
        for block in self.view_blocks:
            features = block(features)
            pyramid.append(features)
        return pyramid[::-1]

    def call(self, content_code, spacing, poses, volume_index, drr, coverage):
        contents = self.view_features(drr, coverage)
        affine = affine_from_spacing(spacing, self.architecture.volume_size)
        attend = self._attend_globally
        if self.architecture.attention != "global":
            attend = self._attend_along_rays
        for level in range(len(self.attention)):
            features = content_code[level]
            grid = feature_affine(affine, self.architecture.volume_size, features.shape[1:4])
            attended = attend(level, contents[level], features, grid, poses, volume_index)
            contents[level] = contents[level] + attended
        return contents

    def _attend_along_rays(self, level, view, features, grid, poses, volume_index):
        arch = self.architecture
        samples, inside = sample_along_rays(
            features,
            grid,
            rescale_pixels(poses, arch.image_size / view.shape[1]),
            view.shape[1:3],
            arch.ray_samples[level],
            volume_index=volume_index,
        )
        if arch.attention == "none":
            seen = self.attention[level](ops.mean(samples, axis=3))
            return seen * ops.cast(inside, seen.dtype)
        return self.attention[level](view, self.pose_embedding(poses), samples, inside)

    def _attend_globally(self, level, view, features, grid, poses, volume_index):
        *shape, channels = features.shape[1:]
        tokens = ops.reshape(features, [-1, math.prod(shape), channels])
        positions = voxel_positions(grid, shape)
        return self.attention[level](
            view, self.pose_embedding(poses), tokens, positions, volume_index
        )

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}


def voxel_positions(affine, shape):
    """Centres of all voxels in world mm: affines (b, 4, 4), shape (z, y, x) to (b, zyx, 3)."""
    indices = ops.meshgrid(*(ops.arange(n, dtype="float32") for n in shape), indexing="ij")
    places = ops.reshape(ops.stack(indices[::-1], axis=-1), [1, math.prod(shape), 3])  # (x, y, z)
    return ops.matmul(places, ops.swapaxes(affine[:, :3, :3], 1, 2)) + affine[:, None, :3, 3]
