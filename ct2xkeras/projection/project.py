"""The projector's front door: line integrals of attenuation at given poses."""

import keras
import numpy as np
from keras import ops

METHODS = ("auto", "joseph", "trilinear", "siddon")


def project(attenuation, affine, poses, size, volume_index=None, method="auto"):
    """Line integrals of volumes along the rays of C-arm views; dimensionless, float32.

    Args:
        attenuation: (B, z, y, x, C) in 1/mm; static shape but for the batch. Air outside.
        affine: (B, 4, 4) voxel index (x, y, z) to world mm, voxel centres at integer indices.
        poses: (N, 12), the numbers of `ct2xkeras.geometry.POSE_FIELDS`.
        size: (rows, columns) of the pictures.
        volume_index: (N,) the volume of each view, so that several views share one; without it
            view i sees volume i and N == B.
        method: `joseph` warps slices (TensorFlow only, fast); `trilinear` marches (any backend);
            `siddon` is the exact, slow reference in NumPy; `auto` takes the first that runs.

    Returns:
        (N, rows, columns, C).
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; received {method!r}.")
    if method == "auto":
        method = "joseph" if keras.backend.backend() == "tensorflow" else "trilinear"
    if method == "joseph":
        from ct2xkeras.projection.joseph import joseph as render
    elif method == "trilinear":
        from ct2xkeras.projection.trilinear import march as render
    else:
        render = _siddon_of_batch
    return render(attenuation, affine, poses, tuple(size), volume_index)


def _siddon_of_batch(attenuation, affine, poses, size, volume_index):
    from ct2xkeras.geometry import pose_from_vector
    from ct2xkeras.projection.siddon import siddon

    attenuation, affine, poses = (ops.convert_to_numpy(a) for a in (attenuation, affine, poses))
    volume_index = range(len(poses)) if volume_index is None else np.asarray(volume_index)
    pictures = [
        siddon(attenuation[i], affine[i], *pose_from_vector(pose, size))
        for i, pose in zip(volume_index, poses, strict=True)
    ]
    return np.stack(pictures).astype(np.float32)
