"""Points of a CT that can be told again in its pictures, for views without named landmarks."""

import numpy as np
from scipy.ndimage import center_of_mass, gaussian_filter, label, maximum, maximum_filter

from ct2xkeras.geometry import spacing_from_affine

BONE_HU = 150.0  # of bone after smoothing; soft tissues stay below 100
BONE_SIZE = 6.0  # mm, standard deviation of the smoothing: about half of a vertebra


def bone_points(hu, affine, count=24):
    """Middles of the densest bones of a CT, for `view_displacement`: (up to count, 3) world mm.

    Args:
        hu: (z, y, x) Hounsfield units.
        affine: (4, 4) voxel index (x, y, z) to world mm.
        count: how many, the densest first.

    Raises:
        ValueError: a CT without bone.
    """
    density = gaussian_filter(np.asarray(hu, np.float32), BONE_SIZE / spacing_from_affine(affine))
    peaks = (density == maximum_filter(density, 3)) & (density > BONE_HU)
    labels, found = label(peaks, np.ones((3, 3, 3)))  # voxels of one height beside each other
    if not found:
        raise ValueError(
            f"No bone in the CT: its densest part has {density.max():.0f} HU, smoothed."
        )
    numbers = np.arange(1, found + 1)
    densest = np.argsort(-maximum(density, labels, numbers), kind="stable")[:count]
    middles = np.array(center_of_mass(peaks, labels, numbers[densest]))
    return middles[:, ::-1] @ affine[:3, :3].T + affine[:3, 3]
