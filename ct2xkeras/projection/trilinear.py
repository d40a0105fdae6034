"""Line integrals by a march with trilinear samples, in `keras.ops`.

Each ray is clipped to the volume's box and cut into equal pieces; the field is sampled at their
middles. The field is trilinear between voxel centres and fades to 0 within half a voxel outside of
the box, so the box is widened by that half voxel.
"""

import math

from keras import ops

from ct2xkeras.projection.frames import clip_to_box, index_rays, view_indices
from ct2xkeras.projection.lattice import Lattice, Lines
from ct2xkeras.projection.march import line_integrals


def default_num_samples(shape) -> int:
    """One sample a voxel along the longest way through a volume (z, y, x)."""
    return math.ceil(math.sqrt(sum(n**2 for n in shape)))


def trilinear(attenuation, affine, poses, size, volume_index, num_samples, differentiable_pose):
    """Line integrals (N, rows, columns, C); arguments as `project`'s."""
    shape = attenuation.shape[1:4]
    count = num_samples or default_num_samples(shape)
    lines = trilinear_lines(shape, affine, poses, size, volume_index, count)
    lattice = trilinear_lattice(shape, view_indices(poses, volume_index), count)
    return line_integrals(attenuation, lattice, lines, differentiable_pose)


def trilinear_lines(shape, affine, poses, size, volume_index, count) -> Lines:
    """Midpoints of `count` equal pieces of each ray's way through the widened box."""
    origin, directions = index_rays(affine, poses, size, volume_index)
    near, chord = clip_to_box(origin + 0.5, directions, [n + 1 for n in shape])
    piece = chord / count
    step = piece * directions
    start = origin + near * directions + 0.5 * step
    return Lines(ops.moveaxis(start, -1, 0), ops.moveaxis(step, -1, 0), piece, count)


def trilinear_lattice(shape, views, count) -> Lattice:
    """All voxels, at every step; `views` (N,) says which volume each view sees."""
    depth, height, width = shape
    every = ops.zeros_like(ops.reshape(views, (-1, 1, 1)))
    return Lattice(
        row=ops.reshape(views, (-1, 1, 1)) * (depth * height * width),
        slice_stride=every,
        first=every,
        end=every + count,
        strides=(every + 1, every + width, every + width * height),
        counts=(every + width, every + height, every + depth),
    )
