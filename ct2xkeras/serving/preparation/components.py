"""Connected parts of masks, by TensorFlow's own operations: twin of `scipy.ndimage.label`.

FastSV (Zhang, Azad and Hu, 2020), a parallel form of Shiloach and Vishkin's algorithm: every voxel
points to a voxel of its part, and pointers move to the smallest one that a neighbour's pointer
reaches. The number of rounds grows with the logarithm of a part's length, not with the length.
"""

import tensorflow as tf

FAR = tf.int32.max


def first_of_part(mask, axes):
    """The flat index of the first voxel of each voxel's part.

    Args:
        mask: bool, any number of axes, of fewer than 2^31 entries.
        axes: along which neighbours are joined.

    Returns:
        int32, the mask's shape; entries outside the mask hold their own index.
    """
    shape = tf.shape(mask)
    own = tf.range(tf.size(mask))

    def round_(parents, _):
        grand = tf.gather(parents, parents)
        nearest = _smallest_neighbour(tf.reshape(grand, shape), mask, axes)
        nearest = tf.reshape(tf.where(mask, nearest, FAR), [-1])
        hooked = tf.math.unsorted_segment_min(nearest, parents, tf.size(own))
        moved = tf.minimum(tf.minimum(parents, hooked), tf.minimum(grand, nearest))
        return moved, tf.reduce_any(moved != parents)

    parents, _ = tf.while_loop(
        lambda _, moved: moved, round_, (own, tf.constant(True)), parallel_iterations=1
    )
    return tf.ensure_shape(tf.reshape(parents, shape), mask.shape)


def _smallest_neighbour(values, mask, axes):
    """The smallest value of the neighbours inside the mask, `FAR` where there are none."""
    values = tf.ensure_shape(tf.where(mask, values, FAR), mask.shape)
    smallest = tf.fill(tf.shape(values), FAR)
    for axis in axes:
        for shift in (1, -1):
            smallest = tf.minimum(smallest, _shifted(values, axis, shift))
    return smallest


def _shifted(values, axis, shift):
    """Values moved by one place along an axis; what comes in is `FAR`."""
    rank = values.shape.rank
    paddings = [[0, 0]] * rank
    paddings[axis] = [1, 0] if shift > 0 else [0, 1]
    padded = tf.pad(values, paddings, constant_values=FAR)
    begin = [0] * rank
    begin[axis] = 0 if shift > 0 else 1
    return tf.slice(padded, begin, tf.shape(values))


def count_by_part(flags, parts):
    """How many entries of each part are set: (entries,) int32 by the index of a part's first."""
    ones = tf.cast(tf.reshape(flags, [-1]), tf.int32)
    return tf.math.unsorted_segment_sum(ones, tf.reshape(parts, [-1]), tf.size(parts))


def touching_edge(parts, axes):
    """Which parts reach an end of one of the axes: bool (entries,), as `count_by_part`."""
    return count_by_part(_edges(tf.shape(parts), axes), parts) > 0


def _edges(shape, axes):
    """Mask of the first and the last entries along axes."""
    edge = tf.zeros(shape, tf.bool)
    for axis in axes:
        place = tf.range(shape[axis])
        ends = tf.logical_or(place == 0, place == shape[axis] - 1)
        broadcast = tf.one_hot(axis, tf.size(shape), shape[axis], 1, dtype=tf.int32)
        edge = tf.logical_or(edge, tf.reshape(ends, broadcast))
    return edge
