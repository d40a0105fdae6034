"""Cone-beam camera of a C-arm: where a world point lands on the detector, and back.

The camera sits in the X-ray source: its x axis runs along the columns of the picture, y along the
rows (downwards), z from the source to the detector. A pixel's centre has integer coordinates,
(0, 0) being the first pixel.

The picture is seen from the detector, facing the source, as a C-arm shows it: at 0/0 (PA) the
patient's left is at the picture's right. That makes the camera axes left-handed; a right-handed
(OpenCV) camera sees the same picture with its columns mirrored.
"""

import numpy as np

from ct2xkeras.geometry.pose import CArmPose, Detector
from ct2xkeras.geometry.rotation import camera_rotation


def _rotation(pose: CArmPose) -> np.ndarray:
    return camera_rotation(pose.primary_angle, pose.secondary_angle, pose.roll)


def beam_direction(pose: CArmPose) -> np.ndarray:
    """Unit vector from source to detector in world axes, shape (3,).

    At 0/0 it points to the patient's front (a PA view).
    """
    return _rotation(pose)[2]


def source_position(pose: CArmPose) -> np.ndarray:
    """World point of the X-ray source in mm, shape (3,)."""
    return np.asarray(pose.isocenter) - pose.sod * beam_direction(pose)


def camera_from_world(pose: CArmPose) -> np.ndarray:
    """Transform from world to camera axes, (4, 4), mm: rotation, mirrored axis, shift."""
    rotation = _rotation(pose)
    transform = np.eye(4)
    transform[:3, :3] = rotation
    transform[:3, 3] = -rotation @ source_position(pose)
    return transform


def project_points(points: np.ndarray, pose: CArmPose, detector: Detector) -> np.ndarray:
    """Picture coordinates of world points: (..., 3) in mm to (..., 2), (row, column) in pixels.

    A point at or behind the source has no picture: its coordinates are NaN.
    """
    transform = camera_from_world(pose)
    camera = np.asarray(points, np.float64) @ transform[:3, :3].T + transform[:3, 3]
    depth = np.where(camera[..., 2:] > 0, camera[..., 2:], np.nan)
    on_detector = pose.sdd * camera[..., 1::-1] / depth
    return on_detector / np.asarray(detector.pixel_spacing) + np.asarray(detector.center)


def pixel_rays(pixels: np.ndarray, pose: CArmPose, detector: Detector) -> np.ndarray:
    """Unit directions, world axes, from the source to pixels (..., 2), (row, column): (..., 3)."""
    offsets = (np.asarray(pixels) - detector.center) * detector.pixel_spacing
    depth = np.full((*offsets.shape[:-1], 1), pose.sdd)
    rays = np.concatenate([offsets[..., ::-1], depth], axis=-1) @ _rotation(pose)
    return rays / np.linalg.norm(rays, axis=-1, keepdims=True)


def backproject_rays(pose: CArmPose, detector: Detector) -> tuple[np.ndarray, np.ndarray]:
    """Source (3,) in world mm and unit directions (rows, columns, 3) through the pixel centres."""
    pixels = np.stack(np.indices(detector.size), axis=-1)
    return source_position(pose), pixel_rays(pixels, pose, detector)
