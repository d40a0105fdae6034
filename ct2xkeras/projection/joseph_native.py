"""Joseph's method by TensorFlow's native image warps.

The voxel slices across a view's driving axis are planes, and a plane meets the picture in a
homography: each slice is warped into the picture with bilinear interpolation, and the warped
slices are summed. XLA cannot compile the warp; `joseph.joseph` is the twin that it can.

TensorFlow registers the inverse warp as the gradient of its warp, and that is not the transpose.
The gradient in the volumes is therefore the transpose of the march in joseph.py, which reads the
same voxels with the same weights.
"""

import tensorflow as tf

from ct2xkeras.projection.frames import view_indices
from ct2xkeras.projection.homography import STACKS, slice_homographies
from ct2xkeras.projection.joseph import (
    joseph_lattice,
    joseph_lines,
    joseph_spread,
    joseph_views,
)

_CHUNK_BYTES = 2**26  # of warped slices at a time


def joseph_native(attenuation, affine, poses, size, volume_index):
    """Line integrals (N, rows, columns, C), float32; arguments as `project`'s.

    Differentiable in the attenuation; not in the affines and poses. The geometry is worked out in
    float64, which costs nothing here and keeps hundredths of a pixel out of doubt.
    """
    poses, affine = (tf.stop_gradient(tf.cast(a, tf.float64)) for a in (poses, affine))
    views = joseph_views(affine, poses, size, volume_index)
    volume = view_indices(poses, volume_index)

    @tf.custom_gradient
    def project(volumes):
        def gradient(pictures):
            return _transpose(pictures, volumes, views, volume, size)

        # no tape may record the warps: it would keep all of them
        return _pictures(tf.stop_gradient(volumes), views, volume, size), gradient

    return project(tf.cast(attenuation, tf.float32))


def _pictures(volumes, views, volume, size):
    """Views are taken in the order of what they see, so that equal stacks are made once."""
    frames = tf.stack(views.frame, axis=1)
    keys = volume * 3 + views.axis
    order, number = tf.argsort(keys), tf.shape(keys)[0]

    def add_view(i, key, stack, pictures):
        view = order[i]
        stack = tf.cond(
            keys[view] == key,
            lambda: stack,
            lambda: _stack(volumes[volume[view]], views.axis[view]),
        )
        picture = _by_axis(
            views.axis[view],
            lambda axis: _sum_of_slices(
                tf.reshape(stack, _shape(volumes, axis)),
                frames[view],
                axis,
                views.forward[view],
                size,
            ),
        )
        return i + 1, keys[view], stack, pictures.write(view, picture)

    nothing = tf.zeros_like(tf.reshape(volumes[:1], (-1, volumes.shape[-1])))
    pictures = tf.TensorArray(tf.float32, number, element_shape=(*size, volumes.shape[-1]))
    *_, pictures = tf.while_loop(
        lambda i, *_: i < number, add_view, (0, -1, nothing, pictures), parallel_iterations=1
    )
    return pictures.stack() * tf.cast(views.way, tf.float32)


def _by_axis(axis, function):
    """`function(axis)` with the driving axis as a static number in each branch."""
    return tf.switch_case(axis, [lambda axis=axis: function(axis) for axis in range(3)])


def _shape(volumes, axis):
    return [volumes.shape[1:][i] for i in STACKS[axis].order]


def _stack(volume, axis):
    """The volume's slices across an axis, flattened to (z * y * x, C) so that all axes agree."""
    return _by_axis(
        axis,
        lambda axis: tf.reshape(tf.transpose(volume, STACKS[axis].order), (-1, volume.shape[-1])),
    )


def _sum_of_slices(stack, frame, axis, forward, size):
    count, _, _, channels = stack.shape
    transforms = slice_homographies(frame, axis, count, forward)
    together = max(1, _CHUNK_BYTES // (4 * size[0] * size[1] * channels))
    return tf.add_n(
        [
            tf.reduce_sum(
                _warp(stack[i : i + together], transforms[i : i + together], size), axis=0
            )
            for i in range(0, count, together)
        ]
    )


def _warp(slices, transforms, size):
    """Slices (n, height, width, C) seen through homographies (n, 8): (n, rows, columns, C)."""
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=slices,
        transforms=transforms,
        output_shape=size,
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def _transpose(pictures, volumes, views, volume, size):
    """Pictures (N, rows, columns, C) spread back into volumes, like `volumes`."""
    shape = volumes.shape[1:4]
    lattice, lines = joseph_lattice(shape, volume, views), joseph_lines(shape, size, views)
    start, step = (tf.cast(a, tf.float32) for a in (lines.start, lines.step))
    shares = pictures * tf.cast(views.way, tf.float32)
    back = joseph_spread(shape, views, volume)
    num_rows = tf.size(volumes) // volumes.shape[-1]
    rows = back(shares, lattice, lines._replace(start=start, step=step), num_rows)
    return tf.reshape(rows, tf.shape(volumes))
