"""Rays of C-arm poses through the box that a field lives in.

The box is the cube [-1, 1]^3, axes x, y, z of the world, around the origin; its half side in mm is
half of the longest side of the volume that a view shows. A field so fills the same room as the CT.
"""

from keras import ops

from ct2xkeras.projection.frames import clip_to_box, views_of
from ct2xkeras.projection.rays import view_rays


def half_side(spacing, shape):
    """Half of the longest side of volumes in mm, (B,).

    Args:
        spacing: (B, 3) in mm; shape: static size in voxels, both (z, y, x).
    """
    sides = ops.cast(spacing, "float32") * ops.convert_to_tensor(shape, "float32")
    return ops.max(sides, axis=-1) / 2


def box_rays(poses, spacing, shape, size, volume_index=None):
    """Rays of views, and where they cross the box; all lengths in half sides of the box.

    Args:
        poses: (N, 12), `ct2xkeras.geometry.POSE_FIELDS`.
        spacing: (B, 3) of the volumes, in mm; shape: their static size, both (z, y, x).
        size: (rows, columns) of the picture.
        volume_index: (N,) integers, which volume each view shows; None: one view a volume.

    Returns:
        origin (N, 1, 1, 3) of the source; unit directions (N, rows, columns, 3); near and far
        (N, rows, columns, 1), where rays enter and leave, equal for a ray that misses; and
        mm_per_unit (N, 1, 1, 1). A source inside the box enters at 0.
    """
    half = views_of(half_side(spacing, shape), volume_index)
    source, directions = view_rays(ops.cast(poses, "float32"), size)
    origin = (source / half[:, None])[:, None, None]
    # The box as a grid of two voxels a side, whose indices run from -0.5 to 1.5.
    near, chord = clip_to_box(origin + 0.5, directions, (2, 2, 2))
    return origin, directions, near, near + chord, half[:, None, None, None]


def points_along(origin, directions, depths):
    """`origin + depth * direction`: points (N, rows, columns, samples, 3) of depths
    (N, rows, columns, samples)."""
    return origin[..., None, :] + depths[..., None] * directions[..., None, :]
