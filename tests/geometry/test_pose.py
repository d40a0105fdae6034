import numpy as np
import pytest

from ct2xkeras.geometry import POSE_FIELDS, CArmPose, Detector, pose_from_vector, pose_vector


def test_vector_and_back():
    pose = CArmPose(30, -20, 5, sdd=1100, sod=750, isocenter=(1, 2, 3))
    detector = Detector(48, 64, (1.25, 0.75), principal_point=(4, -8))
    vector = pose_vector(pose, detector)
    assert vector.dtype == np.float32
    assert vector.shape == (len(POSE_FIELDS),)
    assert pose_from_vector(vector, (48, 64)) == (pose, detector)


def test_fields_say_what_each_number_is():
    pose, detector = CArmPose(1, 2, 3, 1000, 400, (5, 6, 7)), Detector(4, 4, (8, 9), (10, 11))
    named = dict(zip(POSE_FIELDS, pose_vector(pose, detector).tolist(), strict=True))
    assert (named["primary_angle"], named["secondary_angle"], named["roll"]) == (1, 2, 3)
    assert (named["sdd"], named["sod"]) == (1000, 400)
    assert [named[f"isocenter_{axis}"] for axis in "xyz"] == [5, 6, 7]
    assert (named["row_spacing"], named["column_spacing"]) == (8, 9)
    assert (named["principal_row"], named["principal_column"]) == (10, 11)


def test_an_isocenter_behind_the_detector_is_refused_by_name():
    with pytest.raises(ValueError, match=r"0 < sod < sdd.*sod=900"):
        CArmPose(0, 0, sdd=800.0, sod=900.0)


@pytest.mark.parametrize(
    "spacing", [(0.0, 1.0), (1.0, -1.0), (float("nan"), 1.0), (), (1.0,), (1.0, 1.0, 1.0)]
)
def test_a_pixel_without_size_is_refused(spacing):
    with pytest.raises(ValueError, match="positive pixel_spacing"):
        Detector(4, 4, spacing)


def test_angles_must_be_numbers_and_vectors_complete():
    with pytest.raises(ValueError, match="finite"):
        CArmPose(float("nan"), 0)
    with pytest.raises(ValueError, match="principal_column"):
        pose_from_vector(np.zeros(11), (4, 4))
