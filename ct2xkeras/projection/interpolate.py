"""Linear interpolation on voxel lattices, in `keras.ops`: which voxels count, and how much."""

import itertools
import math
from typing import NamedTuple

from keras import ops


class Neighbour(NamedTuple):
    """One of the two voxels about a place on one axis: index, weight, and slope of the weight."""

    index: object
    weight: object
    slope: object


class Corner(NamedTuple):
    """One of the voxels about a place: row of the volume, weight, and the weight's slopes."""

    row: object
    weight: object
    slopes: tuple


def axis_neighbours(place, count, clamp=False):
    """The two voxels about a fractional index, of an axis of `count` voxels.

    Outside, the field is 0, fading within a voxel; with `clamp` it goes on unchanged.
    """
    last = ops.cast(count - 1, place.dtype)
    place = ops.clip(place, 0.0, last) if clamp else place
    below = ops.floor(place)
    fraction = place - below
    neighbours = []
    for index, weight, sign in ((below, 1 - fraction, -1.0), (below + 1, fraction, 1.0)):
        inside = ops.cast((index >= 0) & (index <= last), place.dtype)
        index = ops.cast(ops.clip(index, 0.0, last), "int32")
        neighbours.append(Neighbour(index, weight * inside, sign * inside))
    return neighbours


def corners(neighbours, strides, row):
    """All combinations of neighbours on several axes, as rows of a flattened volume.

    Args:
        neighbours: for each axis, its two neighbours.
        strides: rows from voxel to voxel along each axis.
        row: first row of the lattice.
    """
    for choice in itertools.product(*neighbours):
        offsets = [n.index * stride for n, stride in zip(choice, strides, strict=True)]
        weights = [n.weight for n in choice]
        slopes = tuple(
            n.slope * math.prod(weights[:axis] + weights[axis + 1 :])
            for axis, n in enumerate(choice)
        )
        yield Corner(sum(offsets, row), math.prod(weights), slopes)


def trilinear_clamped(volumes, volume_index, coordinates):
    """Values of volumes (B, z, y, x, C) at voxel coordinates (..., 3), (x, y, z): (..., C).

    Args:
        volume_index: integers that broadcast to (...,): the volume of each point.

    Outside of the voxel centres the field goes on unchanged. Whole channel rows are gathered.
    """
    *_, depth, height, width, channels = volumes.shape
    rows = ops.reshape(volumes, (-1, channels))
    neighbours = [
        axis_neighbours(coordinates[..., axis], count, clamp=True)
        for axis, count in enumerate((width, height, depth))
    ]
    strides, first = (1, width, width * height), volume_index * (depth * height * width)
    return sum(
        ops.cast(corner.weight, volumes.dtype)[..., None] * ops.take(rows, corner.row, axis=0)
        for corner in corners(neighbours, strides, first)
    )
