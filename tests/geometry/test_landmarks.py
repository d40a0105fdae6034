import json

import pytest

from ct2xkeras.geometry import CArmPose, Detector, project_landmarks

DETECTOR = Detector(100, 120, (1.0, 1.0))


def test_landmarks_are_where_they_appear_and_can_be_written():
    points = {"middle": (0, 0, 0), "left": (-14, 0, 0), "far": (0, 0, 200), "behind": (0, -800, 0)}
    found = project_landmarks(points, CArmPose(0, 0, sdd=1000, sod=700), DETECTOR)
    assert [landmark["name"] for landmark in json.loads(json.dumps(found))] == list(points)
    middle, left, far, behind = found
    assert (middle["row"], middle["column"]) == pytest.approx((49.5, 59.5))
    assert left["column"] == pytest.approx(59.5 + 20)
    assert middle["depth"] == pytest.approx(700)
    assert [landmark["in_picture"] for landmark in found] == [True, True, False, False]
    assert far["row"] < -0.5
    assert behind["row"] is None
