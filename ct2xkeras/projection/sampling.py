"""Feature volumes seen along the rays of a view: samples, for attention over depth."""

import keras
from keras import ops

from ct2xkeras.projection.frames import clip_to_box, index_rays, view_indices
from ct2xkeras.projection.interpolate import trilinear_clamped

METHODS = ("auto", "gather", "sparse")


def sample_along_rays(features, affine, poses, size, num_samples, volume_index=None, method="auto"):
    """Features at the middles of equal pieces of each ray's way through the volume's box.

    Trilinear between voxel centres; in the outer half voxel the features go on unchanged, so that
    pictures have no fading rim. Differentiable in the features.

    Args:
        features: (B, z, y, x, C), any float type; static shape but for the batch.
        affine: (B, 4, 4) of the feature volumes, `feature_affine` of their CTs'.
        poses: (N, 12), float32.
        size: (rows, columns) of the view.
        num_samples: S, pieces of each ray.
        volume_index: (N,) the volume of each view; without it view i sees volume i.
        method: `gather` runs everywhere; `sparse` is several times as fast on CPUs, TensorFlow
            only, and not for XLA; `auto` is `sparse` where TensorFlow has no GPU. They agree to
            rounding.

    Returns:
        values (N, rows, columns, S, C) in the features' type, 0 along rays that miss; and
        inside (N, rows, columns, 1), bool: whether the ray meets the box.
    """
    origin, directions = index_rays(affine, poses, size, volume_index)
    near, chord = clip_to_box(origin, directions, features.shape[1:4])
    pieces = (ops.arange(num_samples, dtype=near.dtype) + 0.5) / num_samples
    distance = (near + chord * pieces)[..., None]  # (N, rows, columns, S, 1)
    coordinates = origin[:, :, :, None] + distance * directions[:, :, :, None]
    volume = ops.reshape(view_indices(poses, volume_index), (-1, 1, 1, 1))
    values = _interpolation(method)(features, volume, coordinates)
    inside = chord > 0
    return values * ops.cast(inside, values.dtype)[..., None], inside


def _interpolation(method):
    if method not in METHODS:
        raise ValueError(f"method={method!r}: expected one of {', '.join(METHODS)}.")
    if method == "sparse" or (method == "auto" and on_cpu()):
        from ct2xkeras.projection.sampling_sparse import trilinear_sparse

        return trilinear_sparse
    return trilinear_clamped


def on_cpu():
    """Whether this is TensorFlow without a GPU, where products with sparse matrices are fast."""
    if keras.backend.backend() != "tensorflow":
        return False
    import tensorflow as tf

    return not tf.config.list_logical_devices("GPU")
