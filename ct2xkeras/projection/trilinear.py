"""Line integrals by a march with trilinear samples, in `keras.ops`.

Each ray is clipped to the volume's box and cut into equal pieces, as few as the step allows, and
the field is sampled at their middles: so a picture is the same in every batch. The field is
trilinear between voxel centres and fades to 0 within half a voxel outside of the box, so the box
is widened by that half voxel.
"""

from keras import ops

from ct2xkeras.projection.frames import clip_to_box, index_rays, view_indices
from ct2xkeras.projection.fused import traced
from ct2xkeras.projection.lattice import Lattice, Lines
from ct2xkeras.projection.march import line_integrals
from ct2xkeras.projection.rays import norm


def trilinear(attenuation, affine, poses, size, volume_index, step, differentiable_pose):
    """Line integrals (N, rows, columns, C); arguments as `project`'s."""
    step = ops.cast(smallest_spacing(affine) if step is None else step, poses.dtype)
    extent = ops.convert_to_tensor(attenuation.shape[1:4], "int32")
    lattice, *lines = _march(extent, affine, poses, volume_index, step, size)
    return line_integrals(attenuation, lattice, Lines(*lines), differentiable_pose)


def smallest_spacing(affine):
    """The least distance between neighbouring voxels, of all volumes and axes, in mm."""
    return ops.min(norm(ops.swapaxes(affine[:, :3, :3], 1, 2)))


@traced
def _march(extent, affine, poses, volume_index, longest, size):
    """Lattice, and lines along the middles of equal pieces, of at most `longest` mm."""
    origin, directions = index_rays(affine, poses, size, volume_index)
    near, chord = clip_to_box(origin + 0.5, directions, extent + 1)
    count = ops.maximum(ops.ceil(chord / longest), 1.0)
    piece = chord / count
    step = piece * directions
    start = origin + near * directions + 0.5 * step
    count = ops.cast(count, "int32")
    lattice = _lattice(extent, view_indices(poses, volume_index), count[..., 0])
    lines = ops.moveaxis(start, -1, 0), ops.moveaxis(step, -1, 0), piece, ops.max(count)
    return lattice, *lines


def _lattice(extent, views, count) -> Lattice:
    """All voxels, at every step of each ray, `count` (N, rows, columns).

    `views` (N,) says which volume each view sees.
    """
    depth, height, width = ops.unstack(extent)
    views = ops.reshape(views, (-1, 1, 1))
    every = ops.zeros_like(views)
    return Lattice(
        row=views * (depth * height * width),
        slice_stride=every,
        first=every,
        end=count,
        strides=(every + 1, every + width, every + width * height),
        counts=(every + width, every + height, every + depth),
    )
