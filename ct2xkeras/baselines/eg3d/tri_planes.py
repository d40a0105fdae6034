"""Tri-planes (Chan et al. 2022, section 3): features of a point from three planes, XY, XZ and YZ.

A point of [-1, 1]^3 is dropped onto each plane along the plane's third axis, features are
interpolated there, and the mean of the three is the point's. A plane's columns run along the first
axis of its name, its rows along the second; -1 and 1 are the outer edges of its outermost pixels.
"""

import itertools

from keras import ops

from ct2xkeras.projection.interpolate import axis_neighbours
from ct2xkeras.projection.sampling import on_cpu

AXES = ((0, 1), (0, 2), (1, 2))  # of columns and rows: XY, XZ, YZ


def plane_corners(points, first, side):
    """The pixels about a point's places on the three planes, and how much each counts.

    Outside, planes are 0, fading within a pixel.

    Args:
        points: (..., 3).
        first: number of each point's set of planes, integers that broadcast to (...,).
        side: of the planes, in pixels.

    Returns:
        rows of `plane_table` and weights, twelve of (...,) each, weights of sum 1 inside.
    """
    place = (ops.stop_gradient(points) + 1) * (side / 2) - 0.5
    along = [axis_neighbours(place[..., axis], side, 1) for axis in range(3)]
    rows, weights = [], []
    for plane, (column, row) in enumerate(AXES):
        start = (first * len(AXES) + plane) * side**2 + along[column].offset
        start = start + along[row].offset * side
        for down, right in itertools.product((0, 1), repeat=2):
            rows.append(start + (down * side + right))
            share = along[row].weights[down] * along[column].weights[right]
            weights.append(share / len(AXES))
    return rows, weights


def plane_table(planes):
    """Planes (n, side, side, 3 * C), plane by plane in the channels, as rows: (n * 3 * side^2, C).

    Rows of one plane are together, the first plane first.
    """
    _, height, width, channels = planes.shape
    split = ops.reshape(planes, [-1, height, width, len(AXES), channels // len(AXES)])
    return ops.reshape(ops.transpose(split, [0, 3, 1, 2, 4]), [-1, channels // len(AXES)])


def sample_planes(planes, index, points):
    """Features of points, differentiable in the planes.

    Args:
        planes: (n, side, side, 3 * C), of each set the planes XY, XZ and YZ after each other.
        index: integers that broadcast to (...,), the set of each point.
        points: (..., 3) in [-1, 1], axes x, y, z; outside, features fade to 0 within a pixel.

    Returns:
        (..., C).
    """
    rows, weights = plane_corners(points, ops.cast(index, "int32"), planes.shape[1])
    weighted_rows = _weighted_rows()
    return weighted_rows(plane_table(planes), rows, weights)


def gathered_rows(table, rows, weights):
    """`sum_k w_k table[r_k]`: table (n, C), lists of rows and weights (...,) to (..., C)."""
    pairs = zip(rows, weights, strict=True)
    return sum(ops.take(table, row, axis=0) * weight[..., None] for row, weight in pairs)


def _weighted_rows():
    if on_cpu():
        from ct2xkeras.projection.sampling_sparse import sparse_rows

        return sparse_rows
    return gathered_rows
