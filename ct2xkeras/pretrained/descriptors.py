"""A CT and a view in a few physical numbers, by which those unlike training's are told.

CTs are described on the grid that the model sees, so that its coarse voxels blur bone and skin
alike in training and in use. Measured on a grid of 96 x 96 x 128 voxels:

| CT | lung | bone | height, mm | width, mm | depth, mm |
|---|---|---|---|---|---|
| three whole chests | 0.19 to 0.21 | 0.04 to 0.06 | 196 to 274 | 331 to 407 | 246 to 312 |
| lower chest, a slab | 0.37 | 0.07 | 75 | 330 | 260 |
| mediastinum, a crop | 0.33 | 0.15 | 246 | 180 | 189 |
| three of the abdomen | 0.04 to 0.08 | 0.01 to 0.03 | 90 to 336 | 357 to 426 | 291 to 318 |

The share of lung alone tells an abdomen (lung bases, bowel gas) from a chest, on a grid of
32 x 32 x 32 too (0.20 and more against 0.10 and less); bone helps; the lengths tell slabs, crops
and wrong voxel sizes.
"""

import numpy as np
from scipy import ndimage

from ct2xkeras.data.ct.body import IN_PLANE
from ct2xkeras.data.ct.volumes import HU_MIN
from ct2xkeras.data.inspection.body_part import TISSUES
from ct2xkeras.geometry import (
    affine_from_spacing,
    pixel_rays,
    pose_from_vector,
    ray_coverage,
    source_position,
)

RAYS = 24  # along each side of a picture
ENDLESS = 1e6  # mm, the height of a patient whom nothing cuts off


def describe_ct(hu, spacing):
    """Numbers of a CT on a model's grid, see `to_model_volume`.

    Args:
        hu: (z, y, x), -1024 outside the body.
        spacing: (z, y, x) mm.

    Returns:
        lung_share and bone_share, of the body's voxels, its skin left out; height, depth and
        width of the body's box in mm.
    """
    body = ndimage.binary_erosion(hu > HU_MIN, IN_PLANE, border_value=1)
    inside = hu[body]
    extent = np.multiply(hu.shape, spacing)
    return {
        "lung_share": _share(inside, TISSUES["lung"]),
        "bone_share": _share(inside, TISSUES["bone"]),
        "height": float(extent[0]),
        "depth": float(extent[1]),
        "width": float(extent[2]),
    }


def _share(values, limits):
    low, high = limits
    return float(((values >= low) & (values < high)).mean()) if values.size else 0.0


def describe_view(pose, extent, size):
    """Numbers of a view of a CT.

    Args:
        pose: (12,), see `POSE_FIELDS`.
        extent: (z, y, x) mm of the CT's box, centred on the origin.
        size: (rows, columns) of the picture.

    Returns:
        coverage, the mean share that the CT holds of the way of the picture's rays through the
        patient, rays beside the patient left out; footprint, the length in mm at the isocentre of
        the picture's longer side.
    """
    c_arm, detector = pose_from_vector(np.asarray(pose, np.float64), size)
    along = (np.linspace(-0.5, length - 0.5, RAYS) for length in size)
    pixels = np.stack(np.meshgrid(*along, indexing="ij"), axis=-1)
    rays, source = pixel_rays(pixels, c_arm, detector), source_position(c_arm)
    covered = _coverage(source, rays, extent)
    met = _coverage(source, rays, (ENDLESS, *extent[1:])) > 0
    longest = max(np.multiply(size, detector.pixel_spacing))
    return {
        "coverage": float(covered[met].mean()) if met.any() else 0.0,
        "footprint": float(longest * c_arm.sod / c_arm.sdd),
    }


def _coverage(source, rays, extent):
    return ray_coverage(source, rays, affine_from_spacing(extent, (1, 1, 1)), (1, 1, 1))
