import numpy as np
import pytest

from ct2xkeras.geometry import (
    CArmPose,
    Detector,
    backproject_rays,
    beam_direction,
    camera_from_world,
    project_points,
    source_position,
)

DETECTOR = Detector(200, 256, (1.0, 0.8))
POSES = [(0, 0, 0), (30, -20, 5), (90, 0, -10), (-135, 40, 0), (180, 0, 90), (10, 90, 0)]


@pytest.mark.parametrize("angles", POSES)
def test_isocenter_lands_on_the_principal_point(angles):
    pose = CArmPose(*angles, isocenter=(12.0, -30.0, 5.0))
    detector = Detector(200, 256, (1.0, 0.8), principal_point=(7.0, -4.0))
    landed = project_points(np.array(pose.isocenter), pose, detector)
    np.testing.assert_allclose(landed, (99.5 + 7, 127.5 - 5), atol=1e-9)


@pytest.mark.parametrize("angles", POSES)
def test_camera_axes_are_orthonormal_and_seen_from_the_detector(angles):
    rotation = camera_from_world(CArmPose(*angles))[:3, :3]
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(-1.0)


@pytest.mark.parametrize("angles", POSES)
def test_rays_through_projected_points_pass_the_points(angles):
    pose = CArmPose(*angles, isocenter=(1.0, 2.0, 3.0))
    source, rays = backproject_rays(pose, DETECTOR)
    points = source + 650 * rays[17:190:50, 20:250:60]
    pixels = np.stack(np.indices(DETECTOR.size), -1)[17:190:50, 20:250:60]
    np.testing.assert_allclose(project_points(points, pose, DETECTOR), pixels, atol=1e-9)


def test_magnification_is_sdd_over_distance_from_the_source():
    pose = CArmPose(0, 0, sdd=1200.0, sod=800.0)
    near, far = (
        project_points(np.array([0.0, depth, 50.0]), pose, DETECTOR)[0] for depth in (-100.0, 100.0)
    )
    center = DETECTOR.center[0]
    assert center - near == pytest.approx(50 * 1200 / 700)
    assert center - far == pytest.approx(50 * 1200 / 900)


def test_lao_turns_the_detector_to_the_patients_left_and_cra_to_the_head():
    np.testing.assert_allclose(beam_direction(CArmPose(90, 0)), [-1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(beam_direction(CArmPose(0, 90)), [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(source_position(CArmPose(0, 0)), [0, -700, 0], atol=1e-12)


def test_head_is_up_and_the_patients_left_is_at_the_right_of_a_pa_picture():
    head, left = project_points(
        np.array([[0.0, 0.0, 10.0], [-10.0, 0.0, 0.0]]), CArmPose(0, 0), DETECTOR
    )
    assert head[0] < DETECTOR.center[0]
    assert left[1] > DETECTOR.center[1]


def test_without_roll_the_columns_stay_level_as_in_the_up_vector_construction():
    for primary, secondary in [(0, 0), (30, -20), (-135, 40), (77, 80)]:
        rotation = camera_from_world(CArmPose(primary, secondary))[:3, :3]
        level = np.cross([0, 0, 1], rotation[2])
        np.testing.assert_allclose(rotation[0], level / np.linalg.norm(level), atol=1e-12)


def test_positive_roll_turns_the_patient_clockwise_in_the_picture():
    head = np.array([0.0, 0.0, 10.0])
    row, column = project_points(head, CArmPose(0, 0, roll=90), DETECTOR)
    assert row == pytest.approx(DETECTOR.center[0])
    assert column > DETECTOR.center[1]


def test_the_picture_turns_continuously_through_straight_down_views():
    angles = np.linspace(80, 100, 201)
    pictures = [camera_from_world(CArmPose(20, a))[:3, :3] for a in angles]
    steps = np.abs(np.diff(pictures, axis=0)).max()
    assert steps < 2 * np.radians(angles[1] - angles[0])


def test_a_point_behind_the_source_has_no_picture():
    assert np.isnan(project_points(np.array([0.0, -701.0, 0.0]), CArmPose(0, 0), DETECTOR)).all()
