"""Poses to and from rotation matrices and 3x4 projection matrices.

A projection matrix maps a world point (x, y, z, 1) in mm to (column, row, 1) times its depth, with
pixel centres at integer coordinates. Its sign is such that points before the source have positive
depth, as in computer vision.
"""

import numpy as np

from ct2xkeras.geometry.camera import camera_from_world
from ct2xkeras.geometry.pose import CArmPose, Detector
from ct2xkeras.geometry.rotation import CAMERA_AT_PA

_TOLERANCE = 1e-4


def angles_from_camera_rotation(rotation) -> tuple[float, float, float]:
    """(primary, secondary, roll) in degrees of camera axes as rows in world axes, (3, 3).

    The axes run along the picture's columns, down its rows and from source to detector; the
    picture is seen from the detector, so they are left-handed. The secondary angle comes out
    within +-90, and straight down or up, where swing and roll are the same, the roll is 0.

    Raises:
        ValueError: if the matrix is no such rotation.
    """
    rotation = np.asarray(rotation, np.float64)
    _check_rotation(rotation)
    turned = (CAMERA_AT_PA.T @ rotation).T  # the C-arm's turn away from PA
    secondary = np.arcsin(np.clip(turned[2, 1], -1, 1))
    if abs(turned[2, 1]) > 1 - 1e-12:
        primary, roll = np.arctan2(turned[1, 0], turned[0, 0]), 0.0
    else:
        primary = np.arctan2(-turned[0, 1], turned[1, 1])
        roll = np.arctan2(-turned[2, 0], turned[2, 2])
    return tuple(np.degrees([primary, secondary, roll]).tolist())


def _check_rotation(rotation):
    if rotation.shape != (3, 3) or not np.allclose(
        rotation @ rotation.T, np.eye(3), atol=_TOLERANCE
    ):
        raise ValueError(f"Camera axes must be orthonormal, (3, 3); received {rotation.tolist()}.")
    if np.linalg.det(rotation) > 0:
        raise ValueError(
            "These camera axes are right-handed: their picture is seen from the source, ours from "
            "the detector. Negate the first row to mirror the picture's columns."
        )


def projection_matrix(pose: CArmPose, detector: Detector) -> np.ndarray:
    """World point (x, y, z, 1) in mm to (column, row, 1) times depth in mm, (3, 4)."""
    row_spacing, column_spacing = detector.pixel_spacing
    row, column = detector.center
    intrinsic = np.array(
        [[pose.sdd / column_spacing, 0, column], [0, pose.sdd / row_spacing, row], [0, 0, 1]]
    )
    return intrinsic @ camera_from_world(pose)[:3]


def mirror_columns(matrix, columns: int) -> np.ndarray:
    """The same projection with the picture's columns in reverse order, (3, 4)."""
    return np.array([[-1, 0, columns - 1], [0, 1, 0], [0, 0, 1.0]]) @ np.asarray(matrix)


def pose_from_projection_matrix(matrix, size, sdd, sod) -> tuple[CArmPose, Detector]:
    """Inverse of `projection_matrix`.

    Args:
        matrix: (3, 4), of any positive scale.
        size: (rows, columns) of the picture.
        sdd, sod: mm; a matrix fixes the shape of the picture's pyramid, but not where along the
            beam the detector and the isocentre are.

    Raises:
        ValueError: for skewed pixels, a mirrored picture or a matrix that is no projection.
    """
    matrix = np.asarray(matrix, np.float64)
    if matrix.shape != (3, 4) or abs(np.linalg.det(matrix[:, :3])) < 1e-12:
        raise ValueError(
            f"Expected a regular (3, 4) projection matrix; received {matrix.tolist()}."
        )
    along, down, beam = matrix[:, :3] / np.linalg.norm(matrix[2, :3])
    if np.linalg.det([along, down, beam]) > 0:
        raise ValueError(
            "This matrix gives a mirrored picture, seen from the source; ours is seen from the "
            "detector. Use `mirror_columns(matrix, columns)` and mirror the picture likewise."
        )
    column, row = along @ beam, down @ beam
    axes = np.stack([along - column * beam, down - row * beam])
    focal_column, focal_row = np.linalg.norm(axes, axis=1)
    axes /= [[focal_column], [focal_row]]
    if abs(axes[0] @ axes[1]) > _TOLERANCE:
        raise ValueError(
            f"Rows and columns must be at right angles; their cosine is {axes[0] @ axes[1]:.2g}."
        )
    source = -np.linalg.solve(matrix[:, :3], matrix[:, 3])
    angles = angles_from_camera_rotation([*axes, beam])
    spacing = (sdd / focal_row, sdd / focal_column)
    offset = ((row - (size[0] - 1) / 2) * spacing[0], (column - (size[1] - 1) / 2) * spacing[1])
    pose = CArmPose(*angles, sdd=sdd, sod=sod, isocenter=tuple((source + sod * beam).tolist()))
    return pose, Detector(*size, tuple(map(float, spacing)), tuple(map(float, offset)))
