"""Trilinear interpolation that gathers whole channel rows, in `keras.ops`."""

import itertools

from keras import ops


def _axis_neighbours(coordinate, count, clamp):
    """The two voxels about a coordinate on one axis, with their weights: [(index, weight)] * 2."""
    if clamp:
        coordinate = ops.clip(coordinate, 0.0, count - 1.0)
    below = ops.floor(coordinate)
    fraction = coordinate - below
    neighbours = []
    for place, weight in ((below, 1 - fraction), (below + 1, fraction)):
        inside = ops.cast((place >= 0) & (place <= count - 1), weight.dtype)
        index = ops.cast(ops.clip(place, 0.0, count - 1.0), "int32")
        neighbours.append((index, weight * inside))
    return neighbours


def trilinear(volumes, volume_index, coordinates, clamp=False):
    """Values of volumes at fractional voxel coordinates.

    Args:
        volumes: (B, z, y, x, C).
        volume_index: integers that broadcast to (...,): the volume of each point.
        coordinates: (..., 3) in voxels, (x, y, z).
        clamp: outside, go on with the nearest voxel; otherwise the field is 0 there, fading
            within the last voxel.

    Returns:
        (..., C) in the type of `volumes`.
    """
    *_, depth, height, width, channels = volumes.shape
    rows = ops.reshape(volumes, (-1, channels))
    axes = [
        _axis_neighbours(coordinates[..., axis], count, clamp)
        for axis, count in enumerate((width, height, depth))
    ]
    total = 0
    for (x, weight_x), (y, weight_y), (z, weight_z) in itertools.product(*axes):
        row = ((volume_index * depth + z) * height + y) * width + x
        weight = ops.cast(weight_x * weight_y * weight_z, volumes.dtype)
        total = total + weight[..., None] * ops.take(rows, row, axis=0)
    return total
