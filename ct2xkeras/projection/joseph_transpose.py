"""The transpose of Joseph's method on TensorFlow, slice by slice.

`transpose.spread` would sum into whole volumes at every step; a slice fits into a core's cache, and
counting there is several times as fast.
"""

import tensorflow as tf

from ct2xkeras.projection.homography import STACKS
from ct2xkeras.projection.lattice import Lattice, Lines
from ct2xkeras.projection.transpose import shares_of_voxels

_ENTRIES = 2**21  # shares of voxels at a time


def joseph_transpose(pictures, lattice, lines, num_rows, shape, axis, volume):
    """Pictures (N, rows, columns, C) to rows of volumes (num_rows, C); as `transpose.spread`.

    Args:
        shape: (z, y, x) of the volumes.
        axis, volume: (N,) driving axis and volume of each view.
    """
    voxels, channels = shape[0] * shape[1] * shape[2], pictures.shape[-1]

    def add_view(view, total):
        start, step = (tf.gather(a, view[None], axis=1) for a in (lines.start, lines.step))
        ray = Lines(start, step, None, lines.count)
        picture, *ends = (tf.gather(a, view[None]) for a in (pictures, lattice.first, lattice.end))
        branches = [
            lambda axis=axis: _spread_view(picture, ray, ends, shape, axis) for axis in range(3)
        ]
        spread = tf.switch_case(axis[view], branches)
        return view + 1, tf.tensor_scatter_nd_add(total, volume[view][None, None], spread[None])

    total = tf.zeros((num_rows // voxels, voxels, channels), pictures.dtype)
    _, total = tf.while_loop(
        lambda view, _: view < tf.shape(pictures)[0],
        add_view,
        (tf.constant(0), total),
        parallel_iterations=1,
    )
    return tf.reshape(total, (num_rows, channels))


def _spread_view(picture, ray, ends, shape, axis):
    """One view's share of its volume, (voxels, C)."""
    order = STACKS[axis].order
    channels = picture.shape[-1]
    count, height, width, _ = ((*shape, channels)[i] for i in order)
    every = tf.zeros_like(ends[0])
    in_slice = Lattice(
        every, every, *ends, (every + 1, every + width), (every + width, every + height)
    )
    together = max(8, _ENTRIES // (4 * picture.shape[1] * picture.shape[2]))
    slices = []
    for first in range(0, count, together):
        places, shares = shares_of_voxels(picture, in_slice, ray, first, together)
        slices.append(_sums_by_place(places, shares, height * width))
    stack = tf.reshape(tf.concat(slices, axis=0)[:count], (count, height, width, channels))
    back = tf.transpose(stack, [order.index(i) for i in range(4)])
    return tf.reshape(back, (-1, channels))


def _sums_by_place(places, shares, size):
    """Shares (slices, ..., C) summed by their places (slices, ...) below `size`."""
    slices, channels = places.shape[0], shares.shape[-1]
    places = tf.reshape(places, (slices, -1))
    sums = [
        tf.raw_ops.DenseBincount(
            input=places, size=size, weights=tf.reshape(shares[..., channel], (slices, -1))
        )
        for channel in range(channels)
    ]
    return tf.stack(sums, axis=-1)
