"""Where a voxel slice appears in a picture: one homography for each slice and view.

The ray of pixel (row, column) is `source + t * (first + row * per_row + column * per_column)` in
voxel index space. It meets slice k of the driving axis at `t = (k - source) / direction` there,
and its place in the slice is a quotient of two functions linear in row and column.
"""

from typing import NamedTuple

import tensorflow as tf

_FAR = -1e6  # pixels; slices behind the source are put there, outside of every picture


class Stack(NamedTuple):
    """How an array (z, y, x, C) becomes a stack of slices (slices, rows, columns, C).

    Args:
        order: of the array's axes.
        row, column: the coordinates (0: x, 1: y, 2: z) that run along a slice's rows, columns.
    """

    order: tuple[int, int, int, int]
    row: int
    column: int


# by driving axis x, y, z
STACKS = (Stack((2, 0, 1, 3), 2, 1), Stack((1, 0, 2, 3), 2, 0), Stack((0, 1, 2, 3), 1, 0))


def slice_homographies(frame, axis, count, forward):
    """Transforms from pixel (column, row) to place (column, row) in each slice, (count, 8) float32.

    Args:
        frame: (4, 3) source, first, per_row, per_column in voxel index space.
        axis: driving axis, static.
        count: number of slices.
        forward: sign of the rays' direction along the driving axis.
    """
    source, first, per_row, per_column = tf.unstack(frame)
    depth = tf.range(count, dtype=frame.dtype) - source[axis]

    def place(coordinate):
        parts = (per_column, per_row, first)
        return [source[coordinate] * p[axis] + depth * p[coordinate] for p in parts]

    along = [p[axis] * tf.ones_like(depth) for p in (per_column, per_row)]
    rows = [*place(STACKS[axis].column), *place(STACKS[axis].row), *along]
    transforms = tf.stack(rows, axis=-1) / first[axis]
    nowhere = tf.constant([0, 0, _FAR, 0, 0, _FAR, 0, 0], frame.dtype)
    ahead = depth * forward > 0
    return tf.cast(tf.where(ahead[:, None], transforms, nowhere), tf.float32)
