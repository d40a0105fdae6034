"""One held-out CT from many sides and in many looks."""

import numpy as np

from ct2xkeras.evaluation.synthesis import BATCH_SIZE
from ct2xkeras.geometry import POSE_FIELDS


def swept_poses(pose, angles):
    """A pose (12,) turned about the patient: (n, 12), one for each primary angle in degrees."""
    poses = np.repeat(np.asarray(pose, np.float32)[None], len(angles), axis=0)
    poses[:, POSE_FIELDS.index("primary_angle")] = angles
    return poses


def render_views(networks, case, poses, codes):
    """Views of one CT.

    Args:
        networks: an `XraySynthesizer` or the like.
        case: volume (1, z, y, x, 1) and spacing (1, 3), as `evaluation_cases` gives them.
        poses: (n, 12); codes: (n, size) of style.

    Returns:
        X^ and DRR, (n, height, width, 1) each.
    """
    volume, spacing = case["volume"], case["spacing"]
    content_code = networks.encode_ct(volume)
    parts = []
    for start in range(0, len(poses), BATCH_SIZE):
        part = slice(start, start + BATCH_SIZE)
        index = np.zeros(len(poses[part]), "int32")
        views = networks.render(content_code, volume, spacing, poses[part], codes[part], index)
        parts.append([np.asarray(pictures) for pictures in views[:2]])
    return tuple(np.concatenate(pictures) for pictures in zip(*parts, strict=True))


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
