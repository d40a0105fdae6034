"""The reference projector: exact line integrals through boxes of constant attenuation.

NumPy float64, one view at a time, slow and obviously right (Siddon, Medical Physics 12(2), 1985):
the ray is cut at every plane between voxels, and each piece counts with the voxel its middle is in.
"""

import numpy as np

from ct2xkeras.geometry import backproject_rays, index_from_world

_RAYS = 4096  # at a time, which bounds memory


def ray_integrals(attenuation, affine, source, directions) -> np.ndarray:
    """Integrals along rays (..., 3) of unit length from `source` (3,), world mm: (..., C).

    Args:
        attenuation: (z, y, x, C) in 1/mm.
        affine: (4, 4) voxel index (x, y, z) to world mm.
    """
    field = np.asarray(attenuation, np.float64)
    inverse = index_from_world(affine)
    origin = inverse[:3, :3] @ np.asarray(source, np.float64) + inverse[:3, 3]
    rays = np.reshape(directions, (-1, 3)) @ inverse[:3, :3].T
    pieces = [_integrals(field, origin, rays[i : i + _RAYS]) for i in range(0, len(rays), _RAYS)]
    return np.concatenate(pieces).reshape(*np.shape(directions)[:-1], field.shape[-1])


def _integrals(field, origin, rays):
    size = np.array(field.shape[2::-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = [
            (np.arange(size[axis] + 1) - 0.5 - origin[axis]) / rays[:, axis : axis + 1]
            for axis in range(3)
        ]
    cuts = np.concatenate(crossings, axis=1)
    cuts = np.sort(np.where(np.isfinite(cuts), cuts, 0.0).clip(0), axis=1)
    middles = (cuts[:, 1:] + cuts[:, :-1]) / 2
    voxels = np.rint(origin + middles[..., None] * rays[:, None]).astype(int)
    inside = np.all((voxels >= 0) & (voxels < size), axis=-1)
    x, y, z = np.moveaxis(np.where(inside[..., None], voxels, 0), -1, 0)
    lengths = np.diff(cuts, axis=1) * inside
    return np.einsum("rp,rpc->rc", lengths, field[z, y, x])


def siddon(attenuation, affine, pose, detector) -> np.ndarray:
    """Picture of line integrals (rows, columns, C), float64, of one volume (z, y, x, C)."""
    return ray_integrals(attenuation, affine, *backproject_rays(pose, detector))
