"""From world to voxels for batches, in `keras.ops`; geometry/affine.py has the rules and checks.

Shapes and spacings are (z, y, x), coordinates (x, y, z), as everywhere.
"""

import numpy as np
from keras import ops

from ct2xkeras.geometry import affine as single
from ct2xkeras.projection.rays import norm, pixel_vectors, view_frames

_TINY = 1e-9  # stands in for a zero component: such a ray meets the slab's planes far away


def affine_from_spacing(spacing, size):
    """Affines (B, 4, 4) of centred grids; spacing (B, 3) in mm and static size, (z, y, x)."""
    unit = single.affine_from_spacing((1, 1, 1), size).astype("float32")  # rows scale by spacing
    spacing = ops.flip(ops.cast(spacing, "float32"), axis=-1)
    scale = ops.concatenate([spacing, ops.ones_like(spacing[:, :1])], axis=-1)
    return scale[:, :, None] * ops.convert_to_tensor(unit)


def feature_affine(affine, shape, feature_shape):
    """Affines (B, 4, 4) of feature volumes that span the same boxes as volumes of `shape`."""
    coarse = single.feature_affine(np.eye(4), shape, feature_shape)
    return ops.matmul(affine, ops.convert_to_tensor(coarse, affine.dtype))


def index_frames(affine, source, *directions):
    """Points and directions (N, 3) of views, in the voxel index space of affines (N, 4, 4).

    Returns:
        list of (N, 3): the source's place, then the directions.
    """
    inverse = _inverse(affine[:, :3, :3])
    vectors = [source - affine[:, :3, 3], *directions]
    return [ops.squeeze(ops.matmul(inverse, v[:, :, None]), axis=-1) for v in vectors]


def _inverse(matrices):
    """Inverse of (N, 3, 3) by cross products: XLA takes seconds to compile a general inverse."""
    x, y, z = (matrices[:, :, axis] for axis in range(3))
    rows = ops.stack([ops.cross(a, b, axis=-1) for a, b in ((y, z), (z, x), (x, y))], axis=1)
    return rows / ops.sum(x * rows[:, 0], axis=-1)[:, None, None]


def views_of(per_volume, volume_index):
    """What belongs to a volume (B, ...), for each view (N, ...); no index: one view a volume."""
    return per_volume if volume_index is None else ops.take(per_volume, volume_index, axis=0)


def view_indices(poses, volume_index):
    """The volume of each view, int32 (N,); without an index view i sees volume i."""
    if volume_index is None:
        return ops.arange(ops.shape(poses)[0], dtype="int32")
    return ops.cast(volume_index, "int32")


def index_rays(affine, poses, size, volume_index=None):
    """Rays in voxel index space, counted in mm.

    Returns:
        origin (N, 1, 1, 3) of the source, and directions (N, rows, columns, 3) per mm of way.
    """
    source, *parts = view_frames(ops.convert_to_tensor(poses), size)
    affine = ops.cast(views_of(ops.convert_to_tensor(affine), volume_index), source.dtype)
    origin, *index_parts = index_frames(affine, source, *parts)
    length = norm(pixel_vectors(*parts, size))
    return origin[:, None, None], pixel_vectors(*index_parts, size) / length


def slab_crossings(origin, directions, shape):
    """Where rays enter and leave the three slabs of voxels, each apart: near and far (..., 3)."""
    size = ops.flip(ops.cast(ops.convert_to_tensor(shape), directions.dtype))
    directions = ops.where(ops.abs(directions) < _TINY, _TINY, directions)
    low, high = (-0.5 - origin) / directions, (size - 0.5 - origin) / directions
    return ops.minimum(low, high), ops.maximum(low, high)


def clip_to_box(origin, directions, shape):
    """Where rays enter the box of voxels, and how long they stay: near, chord (..., 1), in mm.

    The chord of a ray that misses is 0.
    """
    near, far = slab_crossings(origin, directions, shape)
    near = ops.maximum(ops.max(near, axis=-1, keepdims=True), 0.0)
    return near, ops.maximum(ops.min(far, axis=-1, keepdims=True) - near, 0.0)
