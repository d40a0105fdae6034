from types import SimpleNamespace

import pytest

from ct2xkeras.geometry import CArmPose, Detector, pose_from_dicom, pose_to_dicom
from ct2xkeras.geometry.dicom_tags import patient_orientation

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


@pytest.mark.parametrize("empty", [None, "", [], ()])
def test_a_spacing_without_a_value_is_missing(empty):
    tags = pose_to_dicom(POSE, DETECTOR) | {"ImagerPixelSpacing": empty}
    _, detector = pose_from_dicom(tags)
    assert detector.pixel_spacing == pytest.approx(DETECTOR.pixel_spacing)
    with pytest.raises(ValueError, match=r"ImagerPixelSpacing \(0018,1164\)"):
        pose_from_dicom(tags | {"PixelSpacing": empty})


def test_a_header_with_an_empty_spacing_is_read():
    pydicom = pytest.importorskip("pydicom")
    dataset = pydicom.Dataset()
    for keyword, value in pose_to_dicom(POSE, DETECTOR).items():
        setattr(dataset, keyword, value)
    dataset.ImagerPixelSpacing = None
    assert pose_from_dicom(dataset)[1].pixel_spacing == pytest.approx(DETECTOR.pixel_spacing)


@pytest.mark.parametrize(
    ("angles", "expected"),
    [
        ((0, 0), ["L", "F"]),  # PA, seen from the detector
        ((180, 0), ["R", "F"]),  # AP
        ((90, 0), ["P", "F"]),  # the detector at the patient's left
        ((30, 0), ["LP", "F"]),
        ((0, 20), ["L", "FA"]),  # the detector raised towards the head
    ],
)
def test_the_picture_says_where_the_patients_sides_are(angles, expected):
    pose = CArmPose(*angles)
    assert patient_orientation(pose) == expected
    opposite = str.maketrans("LRAPHF", "RLPAFH")
    assert patient_orientation(pose, mirrored=True) == [
        expected[0].translate(opposite),
        expected[1],
    ]


def test_a_roll_cannot_be_written():
    with pytest.raises(ValueError, match="roll=5"):
        pose_to_dicom(CArmPose(0, 0, roll=5), DETECTOR)
