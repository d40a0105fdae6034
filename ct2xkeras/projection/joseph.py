"""Line integrals by warping slices: Joseph's method in TensorFlow's native image warp.

The voxel slices across a view's driving axis are planes, and a plane meets the picture in a
homography: each slice is warped into the picture with bilinear interpolation and the warped slices
are summed; each pixel's sum is multiplied by its ray's way between two slices (Joseph, IEEE
Transactions on Medical Imaging 1(3), 1982). The driving axis is chosen for each view, as the voxel
axis the middle of the picture looks along.

TensorFlow's own gradient of the warp is the inverse warp and not the adjoint, so `joseph` has a
gradient of its own. XLA cannot compile the warp; `trilinear.march` is the twin that it can.

A ray must keep going forward along the driving axis, which holds for half fan angles below 35
degrees; rays that do not are 0.
"""

import tensorflow as tf

from ct2xkeras.projection.frames import index_frames, views_of
from ct2xkeras.projection.homography import STACKS, slice_homographies
from ct2xkeras.projection.rays import norm, pixel_vectors, view_frames
from ct2xkeras.projection.sampling import view_indices
from ct2xkeras.projection.warp import slice_ranges, unwarp, warp


def joseph(attenuation, affine, poses, size, volume_index=None):
    """Line integrals (N, rows, columns, C), float32; arguments as `project`'s.

    Differentiable in the attenuation, by the exact adjoint; not in the affines and poses.
    """
    views = _Views(affine, poses, size, volume_index)

    @tf.custom_gradient
    def project(volumes):
        def gradient(pictures_gradient):
            return views.adjoint(pictures_gradient, volumes)

        return views.project(volumes), gradient

    return project(tf.cast(attenuation, tf.float32))


class _Views:
    """Geometry of a batch of views: homographies, driving axes, ways between slices.

    Worked out in float64, which costs nothing here and keeps hundredths of a pixel out of doubt.
    """

    def __init__(self, affine, poses, size, volume_index):
        poses = tf.stop_gradient(tf.cast(poses, tf.float64))
        affine = tf.stop_gradient(tf.cast(affine, tf.float64))
        source, *parts = view_frames(poses, size)
        self.size = tuple(size)
        self.volume = view_indices(poses, volume_index)
        self.frame = tf.stack(index_frames(views_of(affine, volume_index), source, *parts), axis=1)
        _, first, per_row, per_column = tf.unstack(self.frame, axis=1)
        middle = first + per_row * ((size[0] - 1) / 2) + per_column * ((size[1] - 1) / 2)
        self.axis = tf.argmax(tf.abs(middle), axis=-1, output_type=tf.int32)
        self.forward = tf.sign(tf.gather(middle, self.axis, batch_dims=1))
        self.way = self._way_between_slices(parts)

    def _way_between_slices(self, world_parts):
        """mm a pixel's ray goes from slice to slice, (N, rows, columns); 0 unless forward."""
        shape = (-1, 1, 1)
        along = [tf.gather(self.frame[:, i], self.axis, batch_dims=1) for i in (1, 2, 3)]
        slices = pixel_vectors(*(part[:, None] for part in along), self.size)[..., 0]
        slices *= tf.reshape(self.forward, shape)
        way = norm(pixel_vectors(*world_parts, self.size))[..., 0] / slices
        return tf.cast(tf.where(slices > 0, way, 0.0), tf.float32)

    def _by_axis(self, view, function):
        """`function(axis)` of the view's driving axis, a static number in each branch."""
        branches = [lambda axis=axis: function(axis) for axis in range(3)]
        return tf.switch_case(self.axis[view], branches)

    def _transforms(self, view, axis, count):
        return slice_homographies(self.frame[view], axis, count, self.forward[view])

    def project(self, volumes):
        def picture(view):
            volume = volumes[self.volume[view]]
            return self._by_axis(view, lambda axis: self._sum_of_slices(volume, view, axis))

        pictures = tf.map_fn(
            picture,
            tf.range(tf.shape(self.volume)[0]),
            fn_output_signature=tf.TensorSpec((*self.size, volumes.shape[-1]), tf.float32),
            parallel_iterations=1,
        )
        return pictures * self.way[..., None]

    def _sum_of_slices(self, volume, view, axis):
        stack = tf.transpose(volume, STACKS[axis].order)
        count, _, _, channels = stack.shape
        transforms = self._transforms(view, axis, count)
        return tf.add_n(
            [
                tf.reduce_sum(warp(stack[i:j], transforms[i:j], self.size), axis=0)
                for i, j in slice_ranges(count, self.size, channels)
            ]
        )

    def adjoint(self, pictures, volumes):
        """Volumes (B, z, y, x, C) of pictures (N, rows, columns, C): the transposed operator."""
        pictures = pictures * self.way[..., None]
        shape = volumes.shape[1:]

        def add_view(view, total):
            spread = self._by_axis(
                view, lambda axis: self._spread(pictures[view], view, axis, shape)
            )
            place = self.volume[view][None, None]
            return view + 1, tf.tensor_scatter_nd_add(total, place, spread[None])

        _, total = tf.while_loop(
            lambda view, total: view < tf.shape(pictures)[0],
            add_view,
            (0, tf.zeros_like(volumes)),
            parallel_iterations=1,
        )
        return total

    def _spread(self, picture, view, axis, shape):
        order = STACKS[axis].order
        count, height, width, channels = (shape[i] for i in order)
        transforms = self._transforms(view, axis, count)
        stack = tf.concat(
            [
                unwarp(picture, transforms[i:j], (height, width))
                for i, j in slice_ranges(count, self.size, channels * 8)
            ],
            axis=0,
        )
        back = [order.index(i) for i in range(4)]
        return tf.ensure_shape(tf.transpose(stack, back), shape)
