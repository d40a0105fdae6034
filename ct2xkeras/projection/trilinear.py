"""Line integrals by a march with trilinear samples, in `keras.ops`: runs on every backend.

Each ray is clipped to the volume's box and cut into equal pieces; the field is sampled at their
middles. The field is trilinear between voxel centres and fades to 0 within half a voxel outside of
the box, so the box is widened by that half voxel.
"""

import math

from keras import ops

from ct2xkeras.projection.frames import clip_to_box, index_rays
from ct2xkeras.projection.interpolate import trilinear
from ct2xkeras.projection.sampling import view_indices


def default_num_samples(shape) -> int:
    """One sample a voxel along the longest way through a volume (z, y, x)."""
    return math.ceil(math.sqrt(sum(n**2 for n in shape)))


def march(attenuation, affine, poses, size, volume_index=None, num_samples=None):
    """Line integrals (N, rows, columns, C), float32; arguments as `project`'s."""
    shape = attenuation.shape[1:4]
    num_samples = num_samples or default_num_samples(shape)
    origin, directions = index_rays(affine, poses, size, volume_index)
    near, chord = clip_to_box(origin + 0.5, directions, [n + 1 for n in shape])
    piece = chord / num_samples
    volume = ops.reshape(view_indices(poses, volume_index), (-1, 1, 1))

    def add_sample(i, total):
        distance = near + piece * (ops.cast(i, near.dtype) + 0.5)
        return total + trilinear(attenuation, volume, origin + distance * directions)

    empty = ops.zeros_like(chord) * ops.zeros((attenuation.shape[-1],), chord.dtype)
    return ops.fori_loop(0, num_samples, add_sample, empty) * piece
