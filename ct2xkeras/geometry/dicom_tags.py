"""Poses to and from DICOM's X-ray tags; values only, so pydicom is not needed here.

DICOM says nothing about the patient's place under the C-arm (isocentre) or a roll about the beam:
the isocentre is asked for, a roll is refused.
"""

from collections.abc import Mapping

import numpy as np

from ct2xkeras.geometry.pose import CArmPose, Detector
from ct2xkeras.geometry.rotation import camera_rotation

# keyword: tag
TAGS = {
    "DistanceSourceToDetector": (0x0018, 0x1110),
    "DistanceSourceToPatient": (0x0018, 0x1111),
    "EstimatedRadiographicMagnificationFactor": (0x0018, 0x1114),
    "ImagerPixelSpacing": (0x0018, 0x1164),
    "PositionerPrimaryAngle": (0x0018, 0x1510),
    "PositionerSecondaryAngle": (0x0018, 0x1511),
    "PixelSpacing": (0x0028, 0x0030),
    "Rows": (0x0028, 0x0010),
    "Columns": (0x0028, 0x0011),
}

DIRECTIONS = (("R", "L"), ("A", "P"), ("H", "F"))  # along world axes x, y, z, and against them
LEAST_SHARE = 0.25  # of a direction along an axis that has a letter of its own


def pose_to_dicom(pose: CArmPose, detector: Detector) -> dict:
    """Values by DICOM keyword. `PixelSpacing` is that at the isocentre, as DICOM calibrates it.

    Raises:
        ValueError: for a roll or a principal point off the centre, which these tags cannot say.
    """
    if pose.roll or any(detector.principal_point):
        raise ValueError(
            "DICOM's positioner tags know no roll and no principal point; expected 0, received "
            f"roll={pose.roll}, principal_point={detector.principal_point}."
        )
    magnification = pose.sdd / pose.sod
    return {
        "DistanceSourceToDetector": pose.sdd,
        "DistanceSourceToPatient": pose.sod,
        "EstimatedRadiographicMagnificationFactor": magnification,
        "ImagerPixelSpacing": list(detector.pixel_spacing),
        "PositionerPrimaryAngle": pose.primary_angle,
        "PositionerSecondaryAngle": pose.secondary_angle,
        "PixelSpacing": [spacing / magnification for spacing in detector.pixel_spacing],
        "Rows": detector.rows,
        "Columns": detector.columns,
    }


def patient_orientation(pose: CArmPose, mirrored: bool = False) -> list[str]:
    """Value of `PatientOrientation`: what lies at the picture's right, and at its bottom.

    Letters are in order of their share; a PA view has `["L", "F"]`, mirrored `["R", "F"]`.

    Args:
        mirrored: the picture's columns are in reverse order.
    """
    right, down, _ = camera_rotation(pose.primary_angle, pose.secondary_angle, pose.roll)
    return [_letters(-right if mirrored else right), _letters(down)]


def _letters(direction) -> str:
    axes = np.argsort(-np.abs(direction), kind="stable")
    near = [axis for axis in axes if abs(direction[axis]) > LEAST_SHARE]
    return "".join(DIRECTIONS[axis][int(direction[axis] < 0)] for axis in near)


def pose_from_dicom(dataset, isocenter=(0.0, 0.0, 0.0)) -> tuple[CArmPose, Detector]:
    """Pose and detector of a header: a pydicom dataset, or a mapping by keyword.

    A mirrored picture has the pose of the one that is not: `PatientOrientation` is not read, so
    flip its columns first. Without `ImagerPixelSpacing` the spacing comes from `PixelSpacing`,
    taken as at the isocentre and magnified.

    Args:
        isocenter: world mm, of which a header says nothing.

    Raises:
        ValueError: naming the first tag that is missing.
    """
    pose = CArmPose(
        _number(dataset, "PositionerPrimaryAngle"),
        _number(dataset, "PositionerSecondaryAngle"),
        sdd=_number(dataset, "DistanceSourceToDetector"),
        sod=_number(dataset, "DistanceSourceToPatient"),
        isocenter=tuple(map(float, isocenter)),
    )
    size = int(_number(dataset, "Rows")), int(_number(dataset, "Columns"))
    return pose, Detector(*size, _detector_spacing(dataset, pose))


def _detector_spacing(dataset, pose):
    spacing = _value(dataset, "ImagerPixelSpacing")
    if not _is_empty(spacing):
        return tuple(map(float, spacing))
    spacing = _value(dataset, "PixelSpacing")
    if _is_empty(spacing):
        raise ValueError(_missing("ImagerPixelSpacing"))
    factor = _value(dataset, "EstimatedRadiographicMagnificationFactor") or pose.sdd / pose.sod
    return tuple(float(value) * float(factor) for value in spacing)


def _value(dataset, keyword):
    if isinstance(dataset, Mapping):
        return dataset.get(keyword)
    return getattr(dataset, keyword, None)


def _is_empty(value) -> bool:
    """Whether a tag is not there, or there without a value."""
    return value is None or np.size(value) == 0 or np.array_equal(value, "")


def _number(dataset, keyword) -> float:
    value = _value(dataset, keyword)
    if _is_empty(value):
        raise ValueError(_missing(keyword))
    return float(value)


def _missing(keyword) -> str:
    group, element = TAGS[keyword]
    return (
        f"The DICOM header lacks {keyword} ({group:04X},{element:04X}), which a pose needs; give "
        "the pose by hand."
    )
