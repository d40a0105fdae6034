"""The projector's front door: line integrals of attenuation at given poses."""

import keras
import numpy as np
from keras import ops

from ct2xkeras.geometry import pose_from_vector
from ct2xkeras.projection.check import check_scene
from ct2xkeras.projection.joseph import joseph
from ct2xkeras.projection.siddon import siddon
from ct2xkeras.projection.trilinear import trilinear

METHODS = ("auto", "joseph", "joseph_march", "trilinear", "siddon")


def project(
    attenuation,
    affine,
    poses,
    size,
    volume_index=None,
    method="auto",
    differentiable_pose=False,
    step=None,
):
    """Line integrals of volumes along the rays of C-arm views; dimensionless.

    Args:
        attenuation: (B, z, y, x, C) in 1/mm; static shape but for the batch. Air outside.
        affine: (B, 4, 4) voxel index (x, y, z) to world mm, voxel centres at integer indices.
        poses: (N, 12), the numbers of `ct2xkeras.geometry.POSE_FIELDS`.
        size: (rows, columns) of the pictures.
        volume_index: (N,) the volume of each view, so that several views share one; without it
            view i sees volume i and N == B.
        method: `joseph` warps slices natively on TensorFlow, and marches elsewhere;
            `joseph_march` and `trilinear` march and can be compiled by XLA; `siddon` is the
            exact, slow reference in NumPy; `auto` is `joseph`.
        differentiable_pose: gradients reach the poses too, through a march.
        step: of `trilinear`, in mm: each ray is cut into equal pieces, no longer than that; by
            default the smallest voxel spacing.

    Returns:
        (N, rows, columns, C), float32; float64 if the attenuation is and the method marches. The
        ray goes on behind the detector; a view that misses its volume is 0, with a warning.

    Raises:
        ValueError: for a scene that cannot be right, as far as its values are known.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; received {method!r}.")
    if step is not None and not step > 0:
        raise ValueError(f"step must be above 0 mm; received {step}.")
    attenuation, affine, poses = (_floats(a) for a in (attenuation, affine, poses))
    check_scene(attenuation, affine, poses, tuple(size), volume_index)
    if method == "siddon":
        if differentiable_pose:
            raise ValueError("siddon has no gradients; choose joseph_march or trilinear.")
        return _siddon_of_batch(attenuation, affine, poses, size, volume_index)
    scene = (attenuation, affine, poses, tuple(size), volume_index)
    if method == "trilinear":
        return trilinear(*scene, step, differentiable_pose)
    native = keras.backend.backend() == "tensorflow" and method != "joseph_march"
    if native and not differentiable_pose:
        from ct2xkeras.projection.joseph_native import joseph_native

        return joseph_native(*scene)
    return joseph(*scene, differentiable_pose)


def _floats(values):
    """As a tensor: float64 stays, all else becomes float32."""
    values = ops.convert_to_tensor(values)
    double = keras.backend.standardize_dtype(values.dtype) == "float64"
    return values if double else ops.cast(values, "float32")


def _siddon_of_batch(attenuation, affine, poses, size, volume_index):
    attenuation, affine, poses = (ops.convert_to_numpy(a) for a in (attenuation, affine, poses))
    volume_index = range(len(poses)) if volume_index is None else np.asarray(volume_index)
    pictures = [
        siddon(attenuation[i], affine[i], *pose_from_vector(pose, size))
        for i, pose in zip(volume_index, poses, strict=True)
    ]
    return np.stack(pictures).astype(np.float32)
