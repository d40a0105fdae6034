"""Views of a phantom, with all its vertebrae and with some of them erased."""

from dataclasses import dataclass

import numpy as np
import pytest

from ct2xkeras.data.phantoms import LABELS, make_phantom_case
from ct2xkeras.geometry import CArmPose, Detector, pose_vector
from ct2xkeras.projection import DRR

SIDE, SPACING = 96, 4.0
ERASED = ("T9", "T10")
TISSUE_HU = 40


@dataclass(frozen=True)
class PhantomViews:
    """DRRs (n, h, w, 1) of one phantom from PA to the patient's left.

    Args:
        drrs: of the whole phantom.
        erased: the same with soft tissue in place of the first one, two, ... of `ERASED`.
        poses: (n, 12).
        hu, affine: the phantom's CT.
        landmarks: (k, 3) world mm, the middles of its vertebrae.
    """

    drrs: np.ndarray
    erased: list
    poses: np.ndarray
    hu: np.ndarray
    affine: np.ndarray
    landmarks: np.ndarray


@pytest.fixture(scope="session")
def views():
    case = make_phantom_case(3, (80, 80, 80), (5.0, 5.0, 5.0))
    detector = Detector(SIDE, SIDE, (SPACING, SPACING))
    poses = [
        CArmPose(angle, 0, sdd=1000, sod=750, isocenter=(0, 60, 0)) for angle in (0, 3, 6, 9, 90)
    ]
    poses = np.stack([pose_vector(pose, detector) for pose in poses])
    layer, spacing = DRR((SIDE, SIDE)), np.full((1, 3), 5.0, "float32")

    def drrs(hu):
        index = np.zeros(len(poses), "int32")
        return np.asarray(
            layer(hu[None, ..., None], spacing, poses, volume_index=index)["image"], "float64"
        )

    erased, hu = [], case.volume.hu.copy()
    for name in ERASED:
        hu[case.labels == LABELS[f"vertebra_{name}"]] = TISSUE_HU
        erased.append(drrs(hu))
    landmarks = np.stack([point for name, point in case.landmarks.items() if name != "heart"])
    return PhantomViews(
        drrs(case.volume.hu), erased, poses, case.volume.hu, case.volume.affine, landmarks
    )
