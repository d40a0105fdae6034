"""Poses at which a CT is compared with what a generator makes of it."""

import math

from keras import ops

# Primary angles in degrees: from the front and from behind, and their neighbours, which is what
# radiographs show; views from the side were seen to cost structure in the others.
FIT_ANGLES = (0.0, 150.0, 30.0, -150.0, 180.0, -30.0)
SDD, SOD = 1500.0, 1200.0  # mm, of a chest
WIDEST = 250.0  # mm at the isocentre; radiographs of training are hardly wider
MARGIN = 0.02  # of the CT's height, at its top and bottom


def fit_poses(spacing, shape, size):
    """Level views around each CT's middle whose rays all stay inside of the CT's coverage.

    A picture is as wide as the CT allows, at most 250 mm at the isocentre: half of its width stays
    within the circle inscribed in the CT's axial slices, and its outermost ray is still below the
    top where it leaves the farthest corner.

    Args:
        spacing: (volumes, 3) in mm; shape: static size in voxels, both (z, y, x).
        size: pixels along each side of the picture.

    Returns:
        (volumes, views, 12), `ct2xkeras.geometry.POSE_FIELDS`.
    """
    sides = ops.cast(spacing, "float32") * ops.convert_to_tensor(tuple(shape), "float32")
    z, y, x = (sides[:, axis : axis + 1] for axis in range(3))
    angles = ops.convert_to_tensor([FIT_ANGLES], "float32") + ops.zeros_like(z)
    turn = angles * (math.pi / 180)
    reach = (ops.abs(ops.sin(turn)) * x + ops.abs(ops.cos(turn)) * y) / 2
    height = (1 - 2 * MARGIN) * z * SOD / (SOD + reach)
    footprint = ops.minimum(ops.minimum(height, ops.minimum(x, y)), WIDEST)
    pixel, none = footprint * (SDD / SOD / size), ops.zeros_like(angles)
    far, near = (ops.full_like(angles, distance) for distance in (SDD, SOD))
    fields = [angles, none, none, far, near, none, none, none, pixel, pixel, none, none]
    return ops.stack(fields, axis=-1)
