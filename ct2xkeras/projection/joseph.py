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
from ct2xkeras.projection.lattice import Lattice, Lines
from ct2xkeras.projection.march import line_integrals
from ct2xkeras.projection.rays import norm, pixel_vectors, view_frames
from ct2xkeras.projection.transpose import spread

# For driving axis x, y, z: the two coordinates in a slice, along its columns and down its rows.
SLICE_AXES = ((1, 2), (0, 2), (0, 1))


class Views(NamedTuple):
    """A batch of views in voxel index space.

    Args:
        frame: source, first, per_row, per_column, each (N, 3).
        axis: driving axis, int32 (N,).
        forward: +-1, (N,), whether rays go up or down the slices.
        way: mm from slice to slice along each ray, (N, rows, columns, 1); 0 unless forward.
    """

    frame: tuple
    axis: object
    forward: object
    way: object


def joseph_views(affine, poses, size, volume_index) -> Views:
    """Works in the poses' float type."""
    source, *parts = view_frames(poses, size)
    affine = ops.cast(views_of(affine, volume_index), source.dtype)
    frame = index_frames(affine, source, *parts)
    _, first, per_row, per_column = frame
    middle = first + per_row * ((size[0] - 1) / 2) + per_column * ((size[1] - 1) / 2)
    axis = ops.argmax(ops.abs(middle), axis=-1)
    along = [pick(part, axis)[:, None] for part in frame[1:]]
    forward = ops.sign(pick(middle, axis))
    slices = pixel_vectors(*along, size) * forward[:, None, None, None]  # crossed, by a pixel's ray
    crossing = slices > 0
    length = norm(pixel_vectors(*parts, size))
    way = ops.where(crossing, length / ops.where(crossing, slices, 1.0), 0.0)
    return Views(tuple(frame), ops.cast(axis, "int32"), forward, way)


def pick(vectors, axis):
    """The component of each vector (N, 3) along its own axis (N,): (N,)."""
    return ops.sum(vectors * ops.one_hot(axis, 3, dtype=vectors.dtype), axis=-1)


def joseph(attenuation, affine, poses, size, volume_index, differentiable_pose):
    """Line integrals (N, rows, columns, C); arguments as `project`'s."""
    shape = attenuation.shape[1:4]
    views = joseph_views(affine, poses, size, volume_index)
    volume = view_indices(poses, volume_index)
    lattice, lines = joseph_lattice(shape, volume, views), joseph_lines(shape, size, views)
    transpose = joseph_spread(shape, views, volume)
    return line_integrals(attenuation, lattice, lines, differentiable_pose, transpose)


def joseph_spread(shape, views, volume):
    """The transpose of the march, as `transpose.spread`."""
    if keras.backend.backend() != "tensorflow":
        return spread
    from ct2xkeras.projection.joseph_transpose import joseph_transpose

    return functools.partial(joseph_transpose, shape=shape, axis=views.axis, volume=volume)


def joseph_lines(shape, size, views) -> Lines:
    """Where each ray meets slice 0, and how far its place moves from slice to slice."""
    source, *parts = views.frame
    slices = pixel_vectors(*(pick(part, views.axis)[:, None] for part in parts), size)[..., 0]
    slices = ops.where(views.way[..., 0] > 0, slices, 1.0)
    from_source = -pick(source, views.axis)[:, None, None] / slices
    starts, steps = [], []
    for which in range(2):
        axis = _table([axes[which] for axes in SLICE_AXES], views.axis)
        move = pixel_vectors(*(pick(part, axis)[:, None] for part in parts), size)[..., 0]
        starts.append(pick(source, axis)[:, None, None] + from_source * move)
        steps.append(move / slices)
    return Lines(ops.stack(starts), ops.stack(steps), views.way, max(shape))


def joseph_lattice(shape, volume, views) -> Lattice:
    """The slices across each view's driving axis that lie ahead of its source."""
    depth, height, width = shape
    counts, strides = (width, height, depth), (1, width, width * height)

    def of_views(values):
        return ops.reshape(_table(values, views.axis), (-1, 1, 1))

    start = ops.reshape(pick(views.frame[0], views.axis), (-1, 1, 1))
    start = ops.clip(start, -1.0, max(shape))
    rising = ops.reshape(views.forward, (-1, 1, 1)) > 0
    count = of_views(counts)
    first = ops.where(rising, ops.cast(ops.floor(start), "int32") + 1, 0)
    end = ops.where(rising, count, ops.minimum(ops.cast(ops.ceil(start), "int32"), count))
    return Lattice(
        row=ops.reshape(volume, (-1, 1, 1)) * (depth * height * width),
        slice_stride=of_views(strides),
        first=ops.minimum(first, count),
        end=ops.maximum(end, 0),
        strides=tuple(of_views([strides[axes[i]] for axes in SLICE_AXES]) for i in range(2)),
        counts=tuple(of_views([counts[axes[i]] for axes in SLICE_AXES]) for i in range(2)),
    )


def _table(values, axis):
    """One of three numbers by axis (N,)."""
    return ops.take(ops.convert_to_tensor(values, "int32"), axis, axis=0)
