"""What the projector benchmark looks at: a soft phantom with closed-form line integrals."""

from dataclasses import dataclass

import numpy as np

from ct2xkeras.geometry import (
    CArmPose,
    Detector,
    affine_from_spacing,
    backproject_rays,
    pose_from_vector,
    pose_vector,
)

# centre (x, y, z) and width, as fractions of the volume's side; peak in 1/mm
BLOBS = (
    ((0.05, -0.04, 0.02), 0.11, 0.020),
    ((-0.15, 0.1, -0.1), 0.06, 0.030),
    ((0.12, 0.14, 0.16), 0.045, 0.040),
    ((0.0, -0.18, -0.15), 0.035, 0.050),
)


@dataclass(frozen=True)
class Scene:
    """A cubic volume of 1 mm voxels about the origin, and views around it.

    Args:
        field: (z, y, x) float32, 1/mm.
        affine: (4, 4).
        poses: (N, 12); the first is the oblique one.
        size: (rows, columns).
    """

    field: np.ndarray
    affine: np.ndarray
    poses: np.ndarray
    size: tuple[int, int]

    def view(self, index):
        """(pose, detector) of one view."""
        return pose_from_vector(self.poses[index], self.size)


def make_scene(side: int, pixels: int, views: int) -> Scene:
    """Source 1000 mm and detector 1500 mm away; pixels such that the whole volume is seen."""
    affine = affine_from_spacing((1.0, 1.0, 1.0), (side,) * 3)
    axis = np.arange(side) + affine[0, 3]
    field = np.zeros((side,) * 3)
    for center, width, peak in BLOBS:
        x, y, z = (np.exp(-0.5 * ((axis - c * side) / (width * side)) ** 2) for c in center)
        field += peak * z[:, None, None] * y[:, None] * x
    detector = Detector(pixels, pixels, (1.5 * side / pixels,) * 2)
    poses = [
        pose_vector(CArmPose(30 + 45 * i, 20, 10, sdd=1500, sod=1000), detector)
        for i in range(views)
    ]
    return Scene(field.astype(np.float32), affine, np.stack(poses), detector.size)


def exact_picture(scene: Scene, index: int, shift=(0.0, 0.0, 0.0)) -> np.ndarray:
    """Closed-form line integrals (rows, columns), the C-arm moved by `shift` mm."""
    source, rays = backproject_rays(*scene.view(index))
    side, total = len(scene.field), 0.0
    for center, width, peak in BLOBS:
        offset, sigma = np.multiply(center, side) - source - np.asarray(shift), width * side
        along = rays @ offset
        distance = offset @ offset - along**2
        total = total + peak * np.exp(-0.5 * distance / sigma**2) * sigma * np.sqrt(2 * np.pi)
    return total


def pattern(size) -> np.ndarray:
    """A fixed smooth weight (rows, columns): a mean weighted by it moves with the pose."""
    row, column = (2 * np.pi * np.arange(n) / n for n in size)
    return (np.cos(row + 0.5)[:, None] + np.sin(column)).astype(np.float32)


def exact_shift_gradient(scene: Scene, index: int, step=1e-3) -> np.ndarray:
    """Slope of the mean weighted line integral as the C-arm moves along x, y, z: (3,) per mm."""
    weight = pattern(scene.size)
    losses = [
        [np.mean(weight * exact_picture(scene, index, sign * move)) for sign in (1, -1)]
        for move in step * np.eye(3)
    ]
    return np.array([(up - down) / (2 * step) for up, down in losses])
