"""Where the C-arm stands and what its detector looks like, in DICOM's own terms.

World is patient space in mm, RAS+: x to the patient's right, y to the front, z to the head.
A pose travels through data and models as a vector of the twelve numbers in `POSE_FIELDS`; the
picture size in pixels travels beside it as a static tuple `(rows, columns)`.
"""

from dataclasses import dataclass

import numpy as np

POSE_FIELDS = (
    "primary_angle",
    "secondary_angle",
    "roll",
    "sdd",
    "sod",
    "isocenter_x",
    "isocenter_y",
    "isocenter_z",
    "row_spacing",
    "column_spacing",
    "principal_row",
    "principal_column",
)


@dataclass(frozen=True)
class CArmPose:
    """One position of a C-arm; (0, 0) is PA, the detector in front of the patient.

    Args:
        primary_angle: degrees, towards the patient's left (LAO) positive, (0018,1510).
        secondary_angle: degrees, towards the head (CRA) positive, (0018,1511).
        roll: degrees about the beam; positive turns the patient clockwise in the picture.
        sdd: source to detector distance in mm, (0018,1110).
        sod: source to isocentre distance in mm, (0018,1111).
        isocenter: world point in mm about which the C-arm turns.
    """

    primary_angle: float
    secondary_angle: float
    roll: float = 0.0
    sdd: float = 1000.0
    sod: float = 700.0
    isocenter: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self):
        angles = (self.primary_angle, self.secondary_angle, self.roll)
        if not np.all(np.isfinite([*angles, self.sdd, *self.isocenter])):
            raise ValueError(f"A pose needs finite numbers; received {self}.")
        if not 0 < self.sod < self.sdd:
            raise ValueError(
                "The isocentre must lie between source and detector: expected 0 < sod < sdd, "
                f"received sod={self.sod}, sdd={self.sdd} (mm)."
            )


@dataclass(frozen=True)
class Detector:
    """Flat detector, at right angles to the beam.

    Args:
        rows, columns: picture size in pixels.
        pixel_spacing: (between rows, between columns) in mm, DICOM (0018,1164).
        principal_point: where the ray through the isocentre meets the detector, as an offset
            (down the rows, along the columns) in mm from the detector's centre.
    """

    rows: int
    columns: int
    pixel_spacing: tuple[float, float]
    principal_point: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self):
        sizes = (self.rows, self.columns, *self.pixel_spacing)
        pairs = len(self.pixel_spacing) == len(self.principal_point) == 2
        finite = np.all(np.isfinite([*sizes, *self.principal_point]))
        if not (pairs and finite and min(sizes) > 0):
            raise ValueError(
                "A detector needs at least one row and column, a positive pixel_spacing and a "
                f"finite principal_point, two numbers each; received {self}."
            )

    @property
    def size(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.rows, self.columns

    @property
    def center(self) -> tuple[float, float]:
        """(row, column) of the principal point, in pixels; (0, 0) is the first pixel's centre."""
        halves = (self.rows - 1) / 2, (self.columns - 1) / 2
        offsets = zip(halves, self.principal_point, self.pixel_spacing, strict=True)
        return tuple(half + offset / spacing for half, offset, spacing in offsets)


def pose_vector(pose: CArmPose, detector: Detector) -> np.ndarray:
    """The numbers of `POSE_FIELDS`, float32, shape (12,)."""
    return np.array(
        [
            pose.primary_angle,
            pose.secondary_angle,
            pose.roll,
            pose.sdd,
            pose.sod,
            *pose.isocenter,
            *detector.pixel_spacing,
            *detector.principal_point,
        ],
        np.float32,
    )


def pose_from_vector(vector, size) -> tuple[CArmPose, Detector]:
    """Inverse of `pose_vector`; `size` is (rows, columns) of the picture."""
    values = np.asarray(vector, np.float64)
    if values.shape != (len(POSE_FIELDS),):
        raise ValueError(
            f"A pose vector has the {len(POSE_FIELDS)} numbers {', '.join(POSE_FIELDS)}; "
            f"received shape {values.shape}."
        )
    values = values.tolist()
    pose = CArmPose(*values[:5], isocenter=tuple(values[5:8]))
    return pose, Detector(
        *size, pixel_spacing=tuple(values[8:10]), principal_point=tuple(values[10:])
    )
