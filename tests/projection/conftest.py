"""Small scenes for the projector's tests: a grid of voxels, poses about it, closed forms."""

from dataclasses import dataclass

import numpy as np
import pytest

from ct2xkeras.geometry import (
    CArmPose,
    Detector,
    affine_from_spacing,
    backproject_rays,
    pose_from_vector,
    pose_vector,
)

SHAPE, SPACING = (54, 72, 60), (1.8, 1.35, 1.6)  # z, y, x; about 97 mm each way
ANGLES = [(0, 0, 0), (30, -20, 10), (90, 0, 0), (-120, 40, -30), (20, 75, 0), (180, 0, 0)]


@dataclass(frozen=True)
class Scene:
    """A grid of voxels with an affine, and poses that look at it."""

    shape: tuple
    affine: np.ndarray
    poses: np.ndarray
    size: tuple

    def world(self):
        """World points of all voxel centres, (z, y, x, 3)."""
        z, y, x = np.indices(self.shape)
        return np.stack([x, y, z], -1) @ self.affine[:3, :3].T + self.affine[:3, 3]

    def rays(self):
        """(source, directions) of each pose."""
        return [backproject_rays(*pose_from_vector(pose, self.size)) for pose in self.poses]

    def affines(self, count=1):
        return np.tile(self.affine.astype(np.float32), (count, 1, 1))


def poses_at(angles, detector, **carm):
    return np.stack([pose_vector(CArmPose(*triple, **carm), detector) for triple in angles])


def oblique_affine(spacing, shape, mirrored=False):
    """A rotated grid about the origin; mirrored: with left-handed axes."""
    from scipy.spatial.transform import Rotation

    turn = np.eye(4)
    turn[:3, :3] = Rotation.from_euler("xyz", (20, -15, 25), degrees=True).as_matrix()
    flip = np.diag([-1.0 if mirrored else 1.0, 1, 1, 1])
    return turn @ flip @ affine_from_spacing(spacing, shape)


AFFINES = {
    "straight": affine_from_spacing(SPACING, SHAPE),
    "oblique": oblique_affine(SPACING, SHAPE),
    "left_handed": oblique_affine(SPACING, SHAPE, mirrored=True),
}


@pytest.fixture(params=AFFINES)
def scene(request):
    detector = Detector(28, 24, (5.0, 6.0), principal_point=(3.0, -4.0))
    poses = poses_at(ANGLES, detector, sdd=1000.0, sod=600.0, isocenter=(2.0, -3.0, 4.0))
    return Scene(SHAPE, AFFINES[request.param], poses, detector.size)
