"""Linear interpolation on voxel lattices, in `keras.ops`: which voxels count, and how much."""

import itertools
import math
from typing import NamedTuple

from keras import ops


class Neighbours(NamedTuple):
    """The two voxels about a place on one axis, the lower one first.

    Args:
        offset: rows from the axis's first voxel to the lower one.
        stride: rows from the lower one to the upper.
        weights: of both.
        slopes: of the weights, as the place moves up the axis; at a voxel's centre, those above it.
    """

    offset: object
    stride: object
    weights: tuple
    slopes: tuple


def axis_neighbours(place, count, stride, clamp=False):
    """The two voxels about a fractional index, of an axis of `count` voxels `stride` rows apart.

    Outside, the field is 0, fading within a voxel; with `clamp` it goes on unchanged. Weights are
    tent functions about the voxels' centres: outside they vanish of themselves, and a march runs
    almost twice as fast as with masks.
    """
    last = ops.cast(count - 1, place.dtype)
    place = ops.clip(place, 0.0, last) if clamp else place
    below = ops.clip(ops.floor(place), 0.0, ops.maximum(last - 1, 0.0))
    two = ops.cast(ops.convert_to_tensor(count) > 1, "int32")  # a lone voxel has no upper one
    weights, slopes = [], []
    for away, exists in ((place - below, ops.ones_like(two)), (place - below - 1, two)):
        exists = ops.cast(exists, place.dtype)
        side = ops.where(away < 0, exists, -exists)
        weights.append(ops.relu(1 - ops.abs(away)) * exists)
        slopes.append(ops.where((away >= -1) & (away < 1), side, ops.zeros_like(side)))
    offset = ops.cast(below, "int32") * stride
    return Neighbours(offset, stride * two, tuple(weights), tuple(slopes))


def corner_rows(neighbours, row):
    """Rows of the voxels about a place: both neighbours of the last axis, of the one before, ...

    Args:
        neighbours: of each axis.
        row: first row of the lattice.
    """
    first = sum((axis.offset for axis in neighbours), row)
    sides = itertools.product(*((0, axis.stride) for axis in neighbours))
    return [sum(steps, first) for steps in sides]


def corner_weights(neighbours):
    """The share of each of the voxels of `corner_rows` in the value."""
    return [math.prod(chosen) for chosen in itertools.product(*(n.weights for n in neighbours))]


def blend(values, weights):
    """The value between voxels, or its slope.

    Args:
        values: of the voxels of `corner_rows`.
        weights: for each axis its two weights, or its two slopes.
    """
    for below, above in reversed(weights):
        pairs = zip(values[::2], values[1::2], strict=True)
        values = [below * low + above * high for low, high in pairs]
    return values[0]


def clamped_neighbours(shape, volume_index, coordinates):
    """Neighbours on each axis (x, y, z) and first row of the volume, for `trilinear_clamped`."""
    depth, height, width = shape[1:4]
    axes = ((width, 1), (height, width), (depth, width * height))
    neighbours = [
        axis_neighbours(coordinates[..., axis], count, stride, clamp=True)
        for axis, (count, stride) in enumerate(axes)
    ]
    return neighbours, volume_index * (depth * height * width)


def clamped_corners(shape, volume_index, coordinates):
    """Rows of the eight voxels about each point, and their weights: two lists of (...)."""
    neighbours, first = clamped_neighbours(shape, volume_index, coordinates)
    return corner_rows(neighbours, first), corner_weights(neighbours)


def trilinear_clamped(volumes, volume_index, coordinates):
    """Values of volumes (B, z, y, x, C) at voxel coordinates (..., 3), (x, y, z): (..., C).

    Args:
        volume_index: integers that broadcast to (...,): the volume of each point.

    Outside of the voxel centres the field goes on unchanged. Whole channel rows are gathered.
    """
    rows = ops.reshape(volumes, (-1, volumes.shape[-1]))
    neighbours, first = clamped_neighbours(volumes.shape, volume_index, coordinates)
    values = [ops.take(rows, row, axis=0) for row in corner_rows(neighbours, first)]
    return blend(values, [by_channel(axis.weights, rows) for axis in neighbours])


def by_channel(weights, rows):
    """Weights beside the channels of rows (R, C), in their type; rows (R,) have no channels."""
    weights = [ops.cast(weight, rows.dtype) for weight in weights]
    return [weight[..., None] for weight in weights] if len(rows.shape) > 1 else weights
