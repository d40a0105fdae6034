"""One held-out CT from many sides and in many looks."""

import numpy as np

from ct2xkeras.evaluation.synthesis import render_views
from ct2xkeras.geometry import POSE_FIELDS


def swept_poses(pose, angles):
    """A pose (12,) turned about the patient: (n, 12), one for each primary angle in degrees."""
    poses = np.repeat(np.asarray(pose, np.float32)[None], len(angles), axis=0)
    poses[:, POSE_FIELDS.index("primary_angle")] = angles
    return poses


def view_sweep(networks, cases, angles, index=0):
    """X^ and DRR of one case's CT at primary angles in degrees, in its own style; see
    `render_views`."""
    case = {name: cases[name][index : index + 1] for name in ("volume", "spacing", "style_image")}
    codes = np.repeat(np.asarray(networks.encode_style(case["style_image"])), len(angles), axis=0)
    return render_views(networks, case, swept_poses(cases["pose"][index], angles), codes)


def style_sweep(networks, cases, styles):
    """X^ of the first case's view in the looks of radiographs (n, height, width, 1), same shape."""
    codes = np.asarray(networks.encode_style(styles))
    case = {name: cases[name][:1] for name in ("volume", "spacing")}
    return render_views(networks, case, np.repeat(cases["pose"][:1], len(codes), axis=0), codes)[0]
