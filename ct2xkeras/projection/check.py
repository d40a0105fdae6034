"""Scenes that cannot be right are refused, with the number that is wrong.

Only what is known when the projector is called can be checked: inside a compiled graph the values
come later, and a wrong scene there gives zeros or numbers that are not finite.
"""

import warnings

import keras
import numpy as np
from keras import ops

from ct2xkeras.geometry import (
    check_affine,
    index_from_world,
    pose_from_vector,
    project_points,
    source_position,
)


def known(values):
    """As a NumPy array, or None where the values come later, in a graph."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        if tf.is_symbolic_tensor(values):
            return None
    try:
        return ops.convert_to_numpy(values)
    except TypeError:  # a tracer of JAX
        return None


class EmptyViewWarning(UserWarning):
    """A view's rays all pass beside its volume."""


def check_scene(attenuation, affine, poses, size, volume_index) -> None:
    """Checks `project`'s arguments.

    Raises:
        ValueError: for shapes that do not fit, NaN in a volume, a singular affine, a pose or
            detector that makes no sense, a source inside its volume.
    """
    _check_shapes(attenuation, poses)
    total = known(ops.sum(attenuation))
    if total is not None and not np.isfinite(total):
        raise ValueError("The attenuation holds NaN or infinite values; expected 1/mm, finite.")
    affine, poses = known(affine), known(poses)
    if affine is None or poses is None:
        return
    views = _volumes_of_views(affine, poses, volume_index)
    if views is not None:
        for view, (vector, volume) in enumerate(zip(poses, views, strict=True)):
            _check_view(view, vector, affine[volume], attenuation.shape[1:4], size)


def check_spacing(spacing) -> None:
    """Checks voxel spacings (B, 3), as far as they are known.

    Raises:
        ValueError: for one that is not positive.
    """
    values = known(spacing)
    if values is not None and not np.all(values > 0):
        raise ValueError(
            f"Voxel spacing must be positive (mm, z, y, x); received {values.tolist()}."
        )


def _check_shapes(attenuation, poses):
    if len(attenuation.shape) != 5 or None in attenuation.shape[1:]:
        raise ValueError(
            "attenuation must be (B, z, y, x, C), static but for B; received shape "
            f"{tuple(attenuation.shape)}."
        )
    if len(poses.shape) != 2 or poses.shape[1] != 12:
        raise ValueError(f"poses must be (N, 12); received shape {tuple(poses.shape)}.")


def _volumes_of_views(affine, poses, volume_index):
    if volume_index is None:
        if len(affine) != len(poses):
            raise ValueError(
                f"{len(poses)} poses of {len(affine)} volumes: give volume_index to say which "
                "volume each pose sees."
            )
        return np.arange(len(poses))
    volume_index = known(volume_index)
    if volume_index is None:
        return None
    if len(volume_index) != len(poses) or not np.all(
        (volume_index >= 0) & (volume_index < len(affine))
    ):
        raise ValueError(
            f"volume_index must name one of {len(affine)} volumes for each of {len(poses)} poses; "
            f"received {volume_index.tolist()}."
        )
    return volume_index


def _check_view(view, vector, affine, shape, size):
    try:
        pose, detector = pose_from_vector(vector, size)
        check_affine(affine)
    except ValueError as error:
        raise ValueError(f"View {view}: {error}") from None
    extent = np.asarray(shape)[::-1]
    inverse = index_from_world(affine)
    source = inverse[:3, :3] @ source_position(pose) + inverse[:3, 3]
    if np.all((source > -0.5) & (source < extent - 0.5)):
        where = np.round(source_position(pose), 1).tolist()
        raise ValueError(
            f"View {view}: the X-ray source, at {where} mm, is inside the volume (voxel "
            f"{np.round(source, 1).tolist()} of {extent.tolist()}, x y z); expected it outside: "
            "raise sod or move the isocenter."
        )
    if _misses(pose, detector, affine, extent):
        warnings.warn(
            f"View {view} misses the volume: its picture is empty. Check the isocenter "
            f"{pose.isocenter} (world mm) against the volume's affine.",
            EmptyViewWarning,
            stacklevel=2,
        )


def _misses(pose, detector, affine, extent) -> bool:
    """Whether the box's shadow lies beyond one side of the picture."""
    corners = np.stack(np.meshgrid(*((-0.5, n - 0.5) for n in extent)), -1).reshape(-1, 3)
    pixels = project_points(corners @ affine[:3, :3].T + affine[:3, 3], pose, detector)
    if np.isnan(pixels).any():  # the box reaches beside the source: no simple shadow
        return bool(np.isnan(pixels).all())
    beyond = (pixels < -0.5).all(0) | (pixels > np.subtract(detector.size, 0.5)).all(0)
    return bool(beyond.any())
