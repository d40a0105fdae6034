"""Poses, C-arm camera and frames: pure functions in NumPy float64."""

from ct2xkeras.geometry.affine import (
    affine_from_spacing,
    check_affine,
    check_same_grid,
    feature_affine,
    index_from_world,
    spacing_from_affine,
)
from ct2xkeras.geometry.camera import (
    backproject_rays,
    beam_direction,
    camera_from_world,
    pixel_rays,
    project_points,
    source_position,
)
from ct2xkeras.geometry.coverage import ray_coverage
from ct2xkeras.geometry.dicom_tags import pose_from_dicom, pose_to_dicom
from ct2xkeras.geometry.landmarks import project_landmarks
from ct2xkeras.geometry.matrices import (
    angles_from_camera_rotation,
    mirror_columns,
    pose_from_projection_matrix,
    projection_matrix,
)
from ct2xkeras.geometry.pose import (
    POSE_FIELDS,
    CArmPose,
    Detector,
    pose_from_vector,
    pose_vector,
)
from ct2xkeras.geometry.prior import PosePrior
from ct2xkeras.geometry.rotation import camera_rotation, carm_rotation
from ct2xkeras.geometry.views import NAMED_VIEWS, angles_name, parse_view

__all__ = [
    "NAMED_VIEWS",
    "POSE_FIELDS",
    "CArmPose",
    "Detector",
    "PosePrior",
    "affine_from_spacing",
    "angles_from_camera_rotation",
    "angles_name",
    "backproject_rays",
    "beam_direction",
    "camera_from_world",
    "camera_rotation",
    "carm_rotation",
    "check_affine",
    "check_same_grid",
    "feature_affine",
    "index_from_world",
    "mirror_columns",
    "parse_view",
    "pixel_rays",
    "pose_from_dicom",
    "pose_from_projection_matrix",
    "pose_from_vector",
    "pose_to_dicom",
    "pose_vector",
    "project_landmarks",
    "project_points",
    "projection_matrix",
    "ray_coverage",
    "source_position",
    "spacing_from_affine",
]
