from types import SimpleNamespace

import pytest

from ct2xkeras.geometry import CArmPose, Detector, pose_from_dicom, pose_to_dicom

POSE = CArmPose(30.0, -20.0, sdd=1100.0, sod=760.0, isocenter=(1.0, 2.0, 3.0))
DETECTOR = Detector(480, 640, (0.3, 0.25))


def test_tags_and_back_from_a_mapping_or_a_dataset():
    tags = pose_to_dicom(POSE, DETECTOR)
    for header in (tags, SimpleNamespace(**tags)):
        assert pose_from_dicom(header, isocenter=(1, 2, 3)) == (POSE, DETECTOR)


def test_spacing_at_the_isocentre_is_magnified_to_the_detector():
    tags = pose_to_dicom(POSE, DETECTOR)
    assert tags["PixelSpacing"][0] == pytest.approx(0.3 * 760 / 1100)
    del tags["ImagerPixelSpacing"], tags["EstimatedRadiographicMagnificationFactor"]
    _, detector = pose_from_dicom(tags)
    assert detector.pixel_spacing == pytest.approx(DETECTOR.pixel_spacing)


def test_a_missing_tag_is_named():
    tags = pose_to_dicom(POSE, DETECTOR)
    del tags["DistanceSourceToPatient"]
    with pytest.raises(ValueError, match=r"DistanceSourceToPatient \(0018,1111\)"):
        pose_from_dicom(tags)


def test_a_roll_cannot_be_written():
    with pytest.raises(ValueError, match="roll=5"):
        pose_to_dicom(CArmPose(0, 0, roll=5), DETECTOR)
