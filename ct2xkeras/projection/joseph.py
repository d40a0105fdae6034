"""Joseph's method: bilinear in each voxel slice across the axis a view mainly looks along.

The field is read where a ray meets the slices' planes, bilinear within a slice, and each reading
counts for the ray's way from slice to slice (Joseph, IEEE Transactions on Medical Imaging 1(3),
1982). The driving axis is chosen for each view, as the voxel axis along which the middle of the
picture looks. A ray must go forward along it, which holds for half fan angles below 35 degrees;
rays that do not are 0.

This is the march in `keras.ops`; `joseph_native` does the same with TensorFlow's image warps.
"""

import functools
from typing import NamedTuple

import keras
from keras import ops

from ct2xkeras.projection.frames import index_frames, view_indices, views_of
from ct2xkeras.projection.fused import traced
from ct2xkeras.projection.lattice import Lattice, Lines
from ct2xkeras.projection.march import line_integrals
from ct2xkeras.projection.rays import norm, pixel_vectors, view_frames
from ct2xkeras.projection.transpose import spread

# For driving axis x, y, z: the two coordinates in a slice, along its columns and down its rows.
SLICE_AXES = ((1, 2), (0, 2), (0, 1))


class Views(NamedTuple):
    """A batch of views of volumes.

    Args:
        frame: source, first, per_row, per_column in voxel index space, (N, 4, 3).
        volume: the volume each sees, int32 (N,).
        axis: driving axis, int32 (N,).
        forward: +-1, (N,), whether rays go up or down the slices.
        way: mm from slice to slice along each ray, (N, rows, columns, 1); 0 unless forward.
    """

    frame: object
    volume: object
    axis: object
    forward: object
    way: object


def joseph(attenuation, affine, poses, size, volume_index, differentiable_pose):
    """Line integrals (N, rows, columns, C); arguments as `project`'s."""
    shape = attenuation.shape[1:4]
    views, lattice, lines = joseph_march(shape, affine, poses, size, volume_index)
    transpose = joseph_spread(shape, views)
    return line_integrals(attenuation, lattice, lines, differentiable_pose, transpose)


def joseph_spread(shape, views):
    """The transpose of the march, as `transpose.spread`."""
    if keras.backend.backend() != "tensorflow":
        return spread
    from ct2xkeras.projection.joseph_transpose import joseph_transpose

    return functools.partial(joseph_transpose, shape=shape, axis=views.axis, volume=views.volume)


def joseph_march(shape, affine, poses, size, volume_index):
    """Views, lattice and lines, in the poses' float type.

    The volumes' shape goes in as an array: labels come in boxes of many shapes, and a new trace
    for each would take longer than the pictures.
    """
    extent = ops.convert_to_tensor(shape, "int32")
    views, lattice, start, step = _march(extent, affine, poses, volume_index, size)
    return views, lattice, Lines(start, step, views.way, max(shape))


@traced
def _march(extent, affine, poses, volume_index, size):
    views = joseph_views(affine, poses, size, volume_index)
    return views, _lattice(extent, views), *_lines(views, size)


def joseph_views(affine, poses, size, volume_index) -> Views:
    """Where views look, and along which axis they are driven."""
    source, *parts = view_frames(poses, size)
    affine = ops.cast(views_of(affine, volume_index), source.dtype)
    frame = index_frames(affine, source, *parts)
    _, first, per_row, per_column = frame
    middle = first + per_row * ((size[0] - 1) / 2) + per_column * ((size[1] - 1) / 2)
    axis = ops.argmax(ops.abs(middle), axis=-1)
    forward = ops.sign(pick(middle, axis))
    crossed = _along(frame, axis, size) * forward[:, None, None]  # slices, by a pixel's vector
    length = norm(pixel_vectors(*parts, size))[..., 0]
    way = ops.where(crossed > 0, length / ops.where(crossed > 0, crossed, 1.0), 0.0)
    return Views(
        frame=ops.stack(frame, axis=1),
        volume=view_indices(poses, volume_index),
        axis=ops.cast(axis, "int32"),
        forward=forward,
        way=way[..., None],
    )


def pick(vectors, axis):
    """The component of each vector (N, 3) along its own axis (N,): (N,)."""
    return ops.sum(vectors * ops.one_hot(axis, 3, dtype=vectors.dtype), axis=-1)


def _along(frame, axis, size):
    """Each pixel's vector along the view's axis (N,), in voxels: (N, rows, columns)."""
    parts = (pick(part, axis)[:, None] for part in frame[1:])
    return pixel_vectors(*parts, size)[..., 0]


def _lines(views, size):
    """Where each ray meets slice 0, and how far its place moves from slice to slice."""
    frame = ops.unstack(views.frame, axis=1)
    crossed = ops.where(views.way[..., 0] > 0, _along(frame, views.axis, size), 1.0)
    from_source = -pick(frame[0], views.axis)[:, None, None] / crossed
    starts, steps = [], []
    for which in range(2):
        axis = _table([axes[which] for axes in SLICE_AXES], views.axis)
        move = _along(frame, axis, size)
        starts.append(pick(frame[0], axis)[:, None, None] + from_source * move)
        steps.append(move / crossed)
    return ops.stack(starts), ops.stack(steps)


def _lattice(extent, views) -> Lattice:
    """The slices across each view's driving axis that lie ahead of its source."""
    depth, height, width = ops.unstack(extent)
    counts, strides = (width, height, depth), (1, width, width * height)

    def of_views(values):
        return ops.reshape(_table(values, views.axis), (-1, 1, 1))

    count = of_views(counts)
    start = ops.reshape(pick(views.frame[:, 0], views.axis), (-1, 1, 1))
    start = ops.clip(start, -1.0, ops.cast(count, start.dtype))
    rising = ops.reshape(views.forward, (-1, 1, 1)) > 0
    first = ops.where(rising, ops.cast(ops.floor(start), "int32") + 1, 0)
    end = ops.where(rising, count, ops.minimum(ops.cast(ops.ceil(start), "int32"), count))
    return Lattice(
        row=ops.reshape(views.volume, (-1, 1, 1)) * (depth * height * width),
        slice_stride=of_views(strides),
        first=ops.minimum(first, count),
        end=ops.maximum(end, 0),
        strides=tuple(of_views([strides[axes[i]] for axes in SLICE_AXES]) for i in range(2)),
        counts=tuple(of_views([counts[axes[i]] for axes in SLICE_AXES]) for i in range(2)),
    )


def _table(values, axis):
    """One of three numbers by axis (N,)."""
    values = ops.stack([ops.convert_to_tensor(value, "int32") for value in values])
    return ops.take(values, axis, axis=0)
