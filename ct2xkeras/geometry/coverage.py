"""How much of each ray's way through the patient the CT holds.

A CT is cut off above and below the scanned region. A ray that leaves it there would have gone on
through the patient, so its line integral is too small; a picture of such rays has a dark border
that no real radiograph has.
"""

import numpy as np

from ct2xkeras.geometry.affine import index_from_world

_TINY = 1e-12  # stands in for a zero component: such a ray meets the slab's planes far away


def slab_crossings(origin, directions, shape) -> tuple[np.ndarray, np.ndarray]:
    """Where rays enter and leave the three slabs of voxels, each apart: near and far (..., 3).

    Args:
        origin: (..., 3) and directions (..., 3) in voxel index space (x, y, z); the results count
            in the directions' length.
        shape: (z, y, x) of the volume.
    """
    size = np.asarray(shape, np.float64)[::-1]
    directions = np.where(np.abs(directions) < _TINY, _TINY, directions)
    low, high = (-0.5 - origin) / directions, (size - 0.5 - origin) / directions
    return np.minimum(low, high), np.maximum(low, high)


def ray_coverage(source, directions, affine, shape) -> np.ndarray:
    """Fraction of each ray inside the volume's box, (...,): 1 where nothing is cut off.

    The whole is the chord through the same box extended without end along the volume's z axis,
    the patient's long axis. A ray that misses has coverage 0.

    Args:
        source: (3,) world mm, or (..., 3).
        directions: (..., 3) in world axes, any length.
        affine: (4, 4) voxel index to world.
        shape: (z, y, x).
    """
    inverse = index_from_world(affine)
    origin = np.asarray(source) @ inverse[:3, :3].T + inverse[:3, 3]
    near, far = slab_crossings(origin, directions @ inverse[:3, :3].T, shape)
    near = np.maximum(near, 0)
    column = far[..., :2].min(-1) - near[..., :2].max(-1)
    inside = far.min(-1) - near.max(-1)
    return np.where(inside > 0, inside / np.maximum(column, _TINY), 0.0).clip(0, 1)
