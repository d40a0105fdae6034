"""How large a picture may be before its rays leave the CT at the top or bottom.

The rays that matter are those of the picture's border: the part of the patient's column inside the
picture's pyramid is a convex body, and its highest and lowest points lie on the pyramid's sides.
"""

import numpy as np

from ct2xkeras.geometry.affine import affine_from_spacing
from ct2xkeras.geometry.coverage import ray_coverage
from ct2xkeras.geometry.rotation import camera_rotation

_SIDE = 33  # rays along each side of the picture
_HALVINGS = 14


def border_directions(poses, footprints, size) -> np.ndarray:
    """Rays through the outer edge of each picture, world axes, (num, rays, 3).

    Args:
        poses: (num, 12), of which the angles, `sod` and the principal point count.
        footprints: (num,) length in mm at the isocentre of the picture's longer side.
        size: (rows, columns).
    """
    along = np.linspace(-0.5, 0.5, _SIDE)
    edge = np.full(_SIDE, 0.5)
    rows = np.concatenate([along, along, edge, -edge]) * size[0] / max(size)
    columns = np.concatenate([edge, -edge, along, along]) * size[1] / max(size)
    offsets = poses[:, None, 10:12] * (poses[:, 4] / poses[:, 3])[:, None, None]
    plane = footprints[:, None, None] * np.stack([rows, columns], -1) - offsets
    depth = np.broadcast_to(poses[:, None, 4:5], (*plane.shape[:2], 1))
    camera = np.concatenate([plane[..., ::-1], depth], -1)
    return camera @ camera_rotation(poses[:, 0], poses[:, 1], poses[:, 2])


def fit_footprints(poses, footprints, extent, size, margin) -> np.ndarray:
    """The largest footprints, up to those given, that the CT covers in full: (num,) in mm.

    Zero where not even the central ray is covered.

    Args:
        extent: (z, y, x) length in mm of the CT's box, centred on the origin.
        margin: mm at the top and bottom that count as outside.
    """
    low, high = np.zeros_like(footprints), np.ones_like(footprints)
    low[_covered(poses, footprints, extent, size, margin)] = 1
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        covered = _covered(poses, footprints * middle, extent, size, margin)
        low, high = np.where(covered, middle, low), np.where(covered, high, middle)
    return footprints * low


def _covered(poses, footprints, extent, size, margin) -> np.ndarray:
    length = np.maximum(np.subtract(extent, (2 * margin, 0, 0)), 1e-6)
    box = affine_from_spacing(length, (1, 1, 1))
    beam = camera_rotation(poses[:, 0], poses[:, 1])[:, 2]
    source = poses[:, 5:8] - poses[:, 4:5] * beam
    outside = np.any(np.abs(source) > np.asarray(extent)[::-1] / 2, -1)
    rays = border_directions(poses, footprints, size)
    coverage = ray_coverage(source[:, None], rays, box, (1, 1, 1))
    return outside & np.all(coverage > 1 - 1e-9, -1)
