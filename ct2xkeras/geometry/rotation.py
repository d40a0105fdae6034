"""How a C-arm's angles turn its camera: one continuous product of rotations.

The picture turns continuously with the C-arm, also through straight-down views (secondary angle
+-90), where a camera built from an up vector would flip.
"""

import numpy as np

# Camera axes at 0/0 (PA) as rows, in world axes: picture columns run to the patient's left, rows
# to the feet, the beam to the front. Left-handed, since the picture is seen facing the source.
CAMERA_AT_PA = np.array([[-1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


def axis_rotation(axis: int, angle) -> np.ndarray:
    """Right-handed rotation about a world axis (0, 1, 2) by radians (...,), shape (..., 3, 3)."""
    cosine, sine = np.cos(angle), np.sin(angle)
    following, last = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.zeros((*np.shape(angle), 3, 3))
    matrix[..., axis, axis] = 1
    matrix[..., following, following] = matrix[..., last, last] = cosine
    matrix[..., last, following] = sine
    matrix[..., following, last] = -sine
    return matrix


def carm_rotation(primary_angle, secondary_angle, roll=0.0) -> np.ndarray:
    """Turn of the C-arm away from PA, in world axes; degrees (...,) to (..., 3, 3).

    First the roll about the beam, then the tilt about the patient's left-right axis, then the
    swing about the long axis.
    """
    primary, secondary, roll = (np.radians(a) for a in (primary_angle, secondary_angle, roll))
    return axis_rotation(2, primary) @ axis_rotation(0, secondary) @ axis_rotation(1, roll)


def camera_rotation(primary_angle, secondary_angle, roll=0.0) -> np.ndarray:
    """Camera axes (columns, rows, beam) as rows, in world axes; degrees (...,) to (..., 3, 3)."""
    return CAMERA_AT_PA @ np.swapaxes(carm_rotation(primary_angle, secondary_angle, roll), -1, -2)
