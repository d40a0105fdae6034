import numpy as np
import pytest

from ct2xkeras.geometry import (
    CArmPose,
    Detector,
    angles_from_camera_rotation,
    camera_rotation,
    mirror_columns,
    pose_from_projection_matrix,
    pose_vector,
    project_points,
    projection_matrix,
)

DETECTOR = Detector(48, 64, (1.5, 1.25), principal_point=(7.0, -4.0))
POSE = CArmPose(33, -21, 12, sdd=1100, sod=760, isocenter=(10, -20, 30))


@pytest.mark.parametrize(
    "angles", [(0, 0, 0), (30, -20, 5), (-170, 60, -100), (25, 90, 0), (25, -90, 0)]
)
def test_angles_come_back_from_their_rotation(angles):
    found = angles_from_camera_rotation(camera_rotation(*angles))
    np.testing.assert_allclose(found, angles, atol=1e-5)


def test_a_tilt_beyond_straight_down_is_the_same_camera_by_other_angles():
    rotation = camera_rotation(20, 120, 10)
    again = camera_rotation(*angles_from_camera_rotation(rotation))
    np.testing.assert_allclose(again, rotation, atol=1e-9)


def test_the_matrix_projects_as_project_points_does():
    points = np.random.default_rng(0).uniform(-90, 90, (20, 3))
    homogeneous = np.c_[points, np.ones(20)] @ projection_matrix(POSE, DETECTOR).T
    assert homogeneous[:, 2].min() > 0
    pixels = homogeneous[:, 1::-1] / homogeneous[:, 2:]
    np.testing.assert_allclose(pixels, project_points(points, POSE, DETECTOR), atol=1e-9)


def test_a_pose_comes_back_from_its_matrix_at_any_scale():
    matrix = 3.7 * projection_matrix(POSE, DETECTOR)
    found = pose_from_projection_matrix(matrix, DETECTOR.size, POSE.sdd, POSE.sod)
    np.testing.assert_allclose(pose_vector(*found), pose_vector(POSE, DETECTOR), atol=1e-4)


def test_a_mirrored_picture_is_refused_and_can_be_mirrored_back():
    mirrored = mirror_columns(projection_matrix(POSE, DETECTOR), 64)
    with pytest.raises(ValueError, match="mirror_columns"):
        pose_from_projection_matrix(mirrored, DETECTOR.size, 1100, 760)
    found = pose_from_projection_matrix(mirror_columns(mirrored, 64), (48, 64), 1100, 760)
    np.testing.assert_allclose(pose_vector(*found), pose_vector(POSE, DETECTOR), atol=1e-4)


def test_what_is_no_camera_is_refused():
    skewed = np.array([[1, 0.1, 0], [0, 1, 0], [0, 0, 1]]) @ projection_matrix(POSE, DETECTOR)
    with pytest.raises(ValueError, match="right angles"):
        pose_from_projection_matrix(skewed, (48, 64), 1100, 760)
    with pytest.raises(ValueError, match=r"\(3, 4\)"):
        pose_from_projection_matrix(np.zeros((3, 4)), (48, 64), 1100, 760)
    with pytest.raises(ValueError, match="orthonormal"):
        angles_from_camera_rotation(2 * camera_rotation(0, 0))
    with pytest.raises(ValueError, match="right-handed"):
        angles_from_camera_rotation(np.eye(3))
