"""View consistency: do neighbouring views of a CT show one body?"""

import numpy as np

from ct2xkeras.evaluation.sweeps import swept_poses, view_sweep
from ct2xkeras.geometry import POSE_FIELDS
from ct2xkeras.geometry.affine import affine_from_spacing
from ct2xkeras.metrics import bone_points, view_displacement

TURNS = (-6.0, -3.0, 0.0, 3.0, 6.0)  # degrees about a case's own primary angle
NUM_CASES = 8  # whose neighbourhood is looked at
NUM_POINTS = 200  # of a CT, so that some lie in the middle of a picture that shows a part of it


def view_consistency(networks, cases):
    """`view_displacement` about held-out views, of X^ and of the DRRs.

    Args:
        networks: a `ViewSynthesizer` or the like.
        cases: of `evaluation_cases`; the first 8 are turned by up to 6 degrees to either side.

    Returns:
        values of each pair of neighbours (n,) in pixels, of X^ and of the DRRs; cases that show no
        bone far enough inside are left out.

    Raises:
        ValueError: all cases are.
    """
    found = []
    for index in range(min(NUM_CASES, len(cases["pose"]))):
        try:
            found.append(_around(networks, cases, index))
        except ValueError as error:
            reason = error
    if not found:
        raise reason
    return tuple(np.concatenate(values) for values in zip(*found, strict=True))


def _around(networks, cases, index):
    angles = cases["pose"][index][POSE_FIELDS.index("primary_angle")] + np.array(TURNS)
    hu, spacing = cases["volume"][index][..., 0], cases["spacing"][index]
    points = bone_points(hu, affine_from_spacing(spacing, hu.shape), NUM_POINTS)
    poses = swept_poses(cases["pose"][index], angles)
    pictures = view_sweep(networks, cases, angles, index)
    return [view_displacement(views, poses, points) for views in pictures]
