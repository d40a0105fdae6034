"""Joseph's method by TensorFlow's native image warps.

The voxel slices across a view's driving axis are planes, and a plane meets the picture in a
homography: each slice is warped into the picture with bilinear interpolation, and the warped
slices are summed. XLA cannot compile the warp; `joseph.joseph` is the twin that it can.

TensorFlow registers the inverse warp as the gradient of its warp, and that is not the transpose.
The gradient in the volumes is therefore the transpose of the march in joseph.py, which reads the
same voxels with the same weights.
"""

import tensorflow as tf

from ct2xkeras.projection.homography import STACKS, slice_homographies
from ct2xkeras.projection.joseph import joseph_march, joseph_spread

_CHUNK_BYTES = 2**26  # of warped slices at a time


def joseph_native(attenuation, affine, poses, size, volume_index):
    """Line integrals (N, rows, columns, C), float32; arguments as `project`'s.

    Differentiable in the attenuation; not in the affines and poses. The geometry is worked out in
    float64, which costs nothing here and keeps hundredths of a pixel out of doubt.
    """
    shape = attenuation.shape[1:4]
    poses, affine = (tf.stop_gradient(tf.cast(a, tf.float64)) for a in (poses, affine))
    views, lattice, lines = joseph_march(shape, affine, poses, size, volume_index)
    way = tf.cast(views.way, tf.float32)

    @tf.custom_gradient
    def project(volumes):
        def gradient(pictures):
            start, step = (tf.cast(a, tf.float32) for a in (lines.start, lines.step))
            num_rows = tf.size(volumes) // volumes.shape[-1]
            single = lines._replace(start=start, step=step)
            rows = joseph_spread(shape, views)(pictures * way, lattice, single, num_rows)
            return tf.reshape(rows, tf.shape(volumes))

        # no tape may record the warps: it would keep all of them
        sums = _sums_eagerly if tf.executing_eagerly() else _sums_in_graph
        return sums(tf.stop_gradient(volumes), views, size) * way, gradient

    return project(tf.cast(attenuation, tf.float32))


def _sums_eagerly(volumes, views, size):
    """Sums of slices, (N, rows, columns, C), where the views' axes are known."""
    pictures, key = [], None
    for view, now in enumerate(zip(views.volume.numpy(), views.axis.numpy(), strict=True)):
        if now != key:
            volume, axis = key = now
            stack = tf.transpose(volumes[volume], STACKS[axis].order)
        pictures.append(_sum_of_slices(stack, views.frame[view], axis, views.forward[view], size))
    return tf.stack(pictures)


def _sums_in_graph(volumes, views, size):
    """The same where they are not; in the order of what is seen, so that stacks are made once."""
    keys = views.volume * 3 + views.axis
    order, number = tf.argsort(keys), tf.shape(keys)[0]

    def add_view(i, key, stack, pictures):
        view = order[i]
        axis, now = views.axis[view], keys[view]
        new = lambda: _flat_stack(volumes[views.volume[view]], axis)  # noqa: E731
        stack = tf.cond(now == key, lambda: stack, new)

        def picture(axis):
            shaped = tf.reshape(stack, [volumes.shape[1:][i] for i in STACKS[axis].order])
            return _sum_of_slices(shaped, views.frame[view], axis, views.forward[view], size)

        return i + 1, now, stack, pictures.write(view, _by_axis(axis, picture))

    nothing = tf.zeros_like(tf.reshape(volumes[:1], (-1, volumes.shape[-1])))
    pictures = tf.TensorArray(tf.float32, number, element_shape=(*size, volumes.shape[-1]))
    *_, pictures = tf.while_loop(
        lambda i, *_: i < number, add_view, (0, -1, nothing, pictures), parallel_iterations=1
    )
    return pictures.stack()


def _by_axis(axis, function):
    """`function(axis)` with the driving axis as a static number in each branch."""
    return tf.switch_case(axis, [lambda axis=axis: function(axis) for axis in range(3)])


def _flat_stack(volume, axis):
    """The volume's slices across an axis, flattened to (z * y * x, C) so that all axes agree."""

    def stack(axis):
        return tf.reshape(tf.transpose(volume, STACKS[axis].order), (-1, volume.shape[-1]))

    return _by_axis(axis, stack)


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
