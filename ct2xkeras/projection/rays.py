"""The rays of a batch of poses in `keras.ops`; geometry/camera.py says the same in NumPy."""

import math

from keras import ops


def camera_axes(poses):
    """Camera axes in world axes: along the columns, down the rows, along the beam, each (N, 3)."""
    primary, secondary, roll = (poses[:, i] * (math.pi / 180) for i in range(3))
    cos_p, sin_p = ops.cos(primary), ops.sin(primary)
    cos_s, sin_s = ops.cos(secondary), ops.sin(secondary)
    cos_r, sin_r = ops.cos(roll)[:, None], ops.sin(roll)[:, None]
    right = ops.stack([cos_p, sin_p, ops.zeros_like(cos_p)], axis=-1)
    up = ops.stack([sin_p * sin_s, -cos_p * sin_s, cos_s], axis=-1)
    beam = ops.stack([-sin_p * cos_s, cos_p * cos_s, sin_s], axis=-1)
    return sin_r * up - cos_r * right, -sin_r * right - cos_r * up, beam


def view_frames(poses, size):
    """What the rays of each view are made of, each (N, 3), world axes in mm.

    The ray through pixel (row, column) runs from `source` along
    `first + row * per_row + column * per_column`, which ends on the detector.

    Args:
        poses: (N, 12), `ct2xkeras.geometry.POSE_FIELDS`.
        size: (rows, columns) of the picture.

    Returns:
        source, first, per_row, per_column.
    """
    along, down, beam = camera_axes(poses)
    sdd, sod = poses[:, 3:4], poses[:, 4:5]
    source = poses[:, 5:8] - sod * beam
    per_row, per_column = down * poses[:, 8:9], along * poses[:, 9:10]
    corner = sdd * beam - down * poses[:, 10:11] - along * poses[:, 11:12]
    first = corner - per_row * ((size[0] - 1) / 2) - per_column * ((size[1] - 1) / 2)
    return source, first, per_row, per_column


def pixel_vectors(first, per_row, per_column, size):
    """`first + row * per_row + column * per_column` of all pixels, (N, rows, columns, 3)."""
    rows = ops.reshape(ops.arange(size[0], dtype=first.dtype), (1, size[0], 1, 1))
    columns = ops.reshape(ops.arange(size[1], dtype=first.dtype), (1, 1, size[1], 1))
    vectors = first[:, None, None] + rows * per_row[:, None, None]
    return vectors + columns * per_column[:, None, None]


def norm(vectors):
    """Length of vectors along the last axis, kept as an axis of one."""
    return ops.sqrt(ops.sum(ops.square(vectors), axis=-1, keepdims=True))


def view_rays(poses, size):
    """Source (N, 3) in world mm and unit directions (N, rows, columns, 3) of each view's pixels."""
    source, *parts = view_frames(ops.convert_to_tensor(poses), size)
    vectors = pixel_vectors(*parts, size)
    return source, vectors / norm(vectors)


def rescale_pixels(poses, factor):
    """Poses of the same detector area with pixels `factor` times as large: (N, 12) to (N, 12)."""
    return ops.concatenate([poses[:, :8], poses[:, 8:10] * factor, poses[:, 10:]], axis=-1)
