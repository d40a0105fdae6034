"""From which sides a model has seen patients, and how far aside of these another view is."""

import numpy as np

from ct2xkeras.geometry import CArmPose, beam_direction

FAR = 15.0  # degrees; the views of training that are kept lie closer to each other


def direction_of(pose):
    """(primary, secondary) of a pose vector (12,) in degrees, one decimal."""
    return tuple(round(float(angle), 1) for angle in pose[:2])


def degrees_aside(pose, directions):
    """Degrees between the central ray of a view and the nearest one of training.

    Args:
        pose: (12,), see `POSE_FIELDS`.
        directions: (primary, secondary) in degrees of each view of training, one at least.
    """
    seen = np.array([_ray(*angles) for angles in directions])
    cosines = seen @ _ray(*pose[:2])
    return float(np.degrees(np.arccos(np.clip(cosines.max(), -1, 1))))


def _ray(primary, secondary):
    return beam_direction(CArmPose(float(primary), float(secondary)))
