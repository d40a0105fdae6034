import numpy as np
import pytest

from ct2xkeras.geometry import CArmPose, Detector, pose_vector
from ct2xkeras.layers import PoseEmbedding, pose_features

DETECTOR = Detector(64, 64, (4.0, 4.0))


def vector(**changes):
    return pose_vector(CArmPose(**{"primary_angle": 10, "secondary_angle": 5} | changes), DETECTOR)


def test_a_full_turn_changes_nothing():
    turned = pose_features(np.stack([vector(), vector(primary_angle=370)]))
    np.testing.assert_allclose(turned[0], turned[1], atol=1e-5)


def test_distances_count_only_where_asked_for():
    poses = np.stack([vector(), vector(sdd=1500.0)])
    with_distances, without = pose_features(poses), pose_features(poses, distances=False)
    assert np.abs(with_distances[0] - with_distances[1]).max() > 0.1
    np.testing.assert_array_equal(without[0], without[1])


def test_a_pose_of_another_length_is_refused_by_its_fields():
    with pytest.raises(ValueError, match=r"12 fields \(primary_angle.*received shape \(2, 7\)"):
        PoseEmbedding(4)(np.zeros((2, 7), "float32"))
