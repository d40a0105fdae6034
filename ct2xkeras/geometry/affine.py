"""Affines of volumes: voxel index (x, y, z) to world mm, voxel centres at integer indices.

Volume arrays are (z, y, x), so shapes and spacings here are (z, y, x) while the affine acts on
(x, y, z); outside of its box of voxels a volume is air.
"""

import numpy as np


def check_affine(affine) -> np.ndarray:
    """The affine as float64 (4, 4).

    Raises:
        ValueError: for another shape, numbers that are not finite, or a singular matrix.
    """
    matrix = np.asarray(affine, np.float64)
    if matrix.shape != (4, 4) or not np.all(np.isfinite(matrix)):
        raise ValueError(f"An affine is a finite (4, 4) matrix; received {matrix.tolist()}.")
    spacing = np.linalg.norm(matrix[:3, :3], axis=0)
    volume = abs(np.linalg.det(matrix[:3, :3]))
    if not volume > 1e-6 * np.prod(spacing):
        raise ValueError(
            "An affine must map voxels to a true volume, but its axes lie in one plane (singular "
            f"matrix): {matrix.tolist()}."
        )
    return matrix


def affine_from_spacing(spacing, size) -> np.ndarray:
    """Affine (4, 4) of a grid centred on the world's origin; spacing (z, y, x) mm, size (z, y, x).

    Raises:
        ValueError: for a spacing that is not positive.
    """
    spacing, size = (np.asarray(v, np.float64)[::-1] for v in (spacing, size))
    if not np.all(spacing > 0):
        raise ValueError(
            f"Voxel spacing must be positive (mm, z, y, x); received {spacing[::-1].tolist()}."
        )
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = -spacing * (size - 1) / 2
    return affine


def spacing_from_affine(affine) -> np.ndarray:
    """Voxel spacing (z, y, x) in mm, shape (3,)."""
    return np.linalg.norm(check_affine(affine)[:3, :3], axis=0)[::-1]


def index_from_world(affine) -> np.ndarray:
    """Inverse of an affine: world mm to voxel index (x, y, z), (4, 4)."""
    return np.linalg.inv(check_affine(affine))


def feature_affine(affine, shape, feature_shape) -> np.ndarray:
    """Affine of a grid of other shape (z, y, x) that spans the same box as the volume's."""
    ratio = np.asarray(shape, np.float64)[::-1] / np.asarray(feature_shape, np.float64)[::-1]
    coarse = np.diag([*ratio, 1.0])
    coarse[:3, 3] = (ratio - 1) / 2  # the first coarse voxel's centre among the fine ones
    return np.asarray(affine, np.float64) @ coarse


def check_same_grid(shape, affine, other_shape, other_affine, tolerance=0.05) -> None:
    """Checks that labels lie on their CT's voxels.

    Args:
        tolerance: voxels that any corner may be off.

    Raises:
        ValueError: naming what differs.
    """
    if tuple(shape) != tuple(other_shape):
        raise ValueError(
            f"The labels are on another grid than the CT: shape (z, y, x) {tuple(shape)} instead "
            f"of {tuple(other_shape)}. Resample them to the CT."
        )
    between = index_from_world(other_affine) @ check_affine(affine)
    last = np.asarray(shape)[::-1] - 1
    corners = np.stack(np.meshgrid(*((0, n) for n in last)), -1).reshape(-1, 3)
    moved = corners @ between[:3, :3].T + between[:3, 3]
    off = np.abs(moved - corners).max()
    if off > tolerance:
        raise ValueError(
            f"The labels are on another grid than the CT: their affine is up to {off:.3g} voxels "
            "off. Resample them to the CT."
        )
