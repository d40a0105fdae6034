"""Line integrals by a march with trilinear samples, in `keras.ops`.

Each ray is clipped to the volume's box and cut into equal pieces; the field is sampled at their
middles. The field is trilinear between voxel centres and fades to 0 within half a voxel outside of
the box, so the box is widened by that half voxel.
"""

import math

from keras import ops

from ct2xkeras.projection.frames import clip_to_box, index_rays, view_indices
from ct2xkeras.projection.fused import traced
from ct2xkeras.projection.lattice import Lattice, Lines
from ct2xkeras.projection.march import line_integrals


def default_num_samples(shape) -> int:
    """One sample a voxel along the longest way through a volume (z, y, x)."""
    return math.ceil(math.sqrt(sum(n**2 for n in shape)))


def trilinear(attenuation, affine, poses, size, volume_index, num_samples, differentiable_pose):
    """Line integrals (N, rows, columns, C); arguments as `project`'s."""
    shape = attenuation.shape[1:4]
    count = num_samples or default_num_samples(shape)
    extent = ops.convert_to_tensor(shape, "int32")
    lattice, *lines = _march(extent, affine, poses, volume_index, size, count)
    return line_integrals(attenuation, lattice, Lines(*lines, count), differentiable_pose)


@traced
def _march(extent, affine, poses, volume_index, size, count):
    """Lattice, and lines along the middles of equal pieces of each ray's way."""
    origin, directions = index_rays(affine, poses, size, volume_index)
    near, chord = clip_to_box(origin + 0.5, directions, extent + 1)
    piece = chord / count
    step = piece * directions
    start = origin + near * directions + 0.5 * step
    lattice = _lattice(extent, view_indices(poses, volume_index), count)
    return lattice, ops.moveaxis(start, -1, 0), ops.moveaxis(step, -1, 0), piece


def _lattice(extent, views, count) -> Lattice:
    """All voxels, at every step; `views` (N,) says which volume each view sees."""
    depth, height, width = ops.unstack(extent)
    views = ops.reshape(views, (-1, 1, 1))
    every = ops.zeros_like(views)
    return Lattice(
        row=views * (depth * height * width),
        slice_stride=every,
        first=every,
        end=every + count,
        strides=(every + 1, every + width, every + width * height),
        counts=(every + width, every + height, every + depth),
    )
