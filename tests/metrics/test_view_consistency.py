import numpy as np
import pytest

from ct2xkeras.geometry import (
    CArmPose,
    Detector,
    pose_from_vector,
    pose_vector,
    project_points,
)
from ct2xkeras.metrics import view_displacement

BALLS = np.array([[20.0, -30.0, 10.0], [-40.0, 25.0, -35.0], [-25.0, 5.0, 45.0]])  # world mm


def balls_seen(poses, side):
    """Pictures of small bright balls, each at its place: (n, side, side, 1)."""
    pixels = np.stack(np.indices((side, side)), axis=-1)
    pictures = []
    for pose in poses:
        places = project_points(BALLS, *pose_from_vector(pose, (side, side)))
        distance = np.linalg.norm(pixels[:, :, None] - places, axis=-1)
        pictures.append(2 * np.exp(-0.5 * (distance / (side / 40)) ** 2).max(axis=-1) - 1)
    return np.stack(pictures)[..., None]


@pytest.fixture(params=[72, 150])
def scene(request):
    side = request.param
    detector = Detector(side, side, (400 / side, 400 / side))
    poses = [CArmPose(angle, 2 * angle, sdd=1000, sod=700) for angle in (0, 5, 10)]
    poses = np.stack([pose_vector(pose, detector) for pose in poses])
    return balls_seen(poses, side), poses, side


def test_points_that_move_as_geometry_says_are_consistent(scene):
    pictures, poses, side = scene
    assert np.all(view_displacement(pictures, poses, BALLS) < 0.004 * side)
    still = view_displacement(pictures[[0, 0, 0]], poses, BALLS)
    assert np.all(still > 0.015 * side)


def test_the_displacement_is_in_pixels_of_the_picture(scene):
    pictures, poses, side = scene
    pictures[1] = np.roll(pictures[1], 3, axis=0)
    np.testing.assert_allclose(view_displacement(pictures, poses, BALLS), 3, atol=0.006 * side)


def test_true_views_are_more_consistent_than_still_or_moved_ones(views):
    """Views 3 degrees apart; not 0, since rays cross what lies before and behind a vertebra."""
    drrs, poses = views.drrs[:4], views.poses[:4]
    true, still = (view_displacement(p, poses, views.landmarks) for p in (drrs, drrs[[0] * 4]))
    assert np.all(true < 0.7 * still)
    moved = drrs.copy()
    values = [true]
    for pixels in (1, 2, 4):
        moved[1::2] = np.roll(drrs[1::2], pixels, axis=1)
        values.append(view_displacement(moved, poses, views.landmarks))
    assert np.all(np.diff(values, axis=0) > 0)


def test_bad_views_are_refused(scene):
    pictures, poses, _ = scene
    with pytest.raises(ValueError, match="two views or more"):
        view_displacement(pictures[:1], poses[:1], BALLS)
    with pytest.raises(ValueError, match=r"a pose \(12 numbers\) for each.*\(2, 12\)"):
        view_displacement(pictures, poses[:2], BALLS)
    with pytest.raises(ValueError, match=r"None of 3 landmarks .* both views 0 and 1"):
        view_displacement(pictures, poses, BALLS + np.array([0, 0, 500]))
