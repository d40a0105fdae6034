"""How much of each ray's way through the patient the CT holds, in `keras.ops`."""

from keras import ops

from ct2xkeras.projection.frames import index_rays, slab_crossings
from ct2xkeras.projection.fused import traced


def coverage_map(shape, affine, poses, size, volume_index=None):
    """Fraction of each pixel's ray that lies in the volume, (N, rows, columns, 1), float32.

    The whole is the chord through the same box extended without end along the patient's long
    axis; 0 where the ray misses. `ct2xkeras.geometry.ray_coverage` is the same in NumPy.

    Args:
        shape: (z, y, x) of the volumes.
        affine: (B, 4, 4) voxel index (x, y, z) to world mm.
        poses: (N, 12).
        size: (rows, columns).
        volume_index: (N,) the volume of each view; without it view i sees volume i.
    """
    extent = ops.convert_to_tensor(shape, "int32")
    return _coverage(
        extent,
        ops.convert_to_tensor(affine),
        ops.convert_to_tensor(poses),
        volume_index,
        tuple(size),
    )


@traced
def _coverage(shape, affine, poses, volume_index, size):
    near, far = slab_crossings(*index_rays(affine, poses, size, volume_index), shape)
    near = ops.maximum(near, 0.0)
    column = ops.min(far[..., :2], axis=-1) - ops.max(near[..., :2], axis=-1)
    inside = ops.min(far, axis=-1) - ops.max(near, axis=-1)
    covered = ops.where(inside > 0, inside / ops.maximum(column, 1e-6), 0.0)
    return ops.clip(covered, 0.0, 1.0)[..., None]
