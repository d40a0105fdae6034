"""Pictures of evaluation cases through trained networks; each CT is encoded once."""

import numpy as np

from ct2xkeras.models.inputs import rows_of_each_ct

BATCH_SIZE = 8


def synthesize(networks, cases):
    """X^ of cases, (n, height, width, 1) NumPy.

    Called without Keras' `predict`, which would ask for all workers of a training that several
    share; one of them measures.

    Args:
        networks: a `ViewSynthesizer` or the like.
        cases: dictionary with volume, spacing, pose and style_image, n of each.
    """
    pictures = [None] * len(cases["pose"])
    for rows in rows_of_each_ct(cases):
        ct = {name: cases[name][rows[:1]] for name in ("volume", "spacing")}
        codes = np.asarray(networks.encode_style(cases["style_image"][rows]))
        views, _ = render_views(networks, ct, cases["pose"][rows], codes)
        for row, view in zip(rows, views, strict=True):
            pictures[row] = view
    return np.stack(pictures)


def render_views(networks, ct, poses, codes):
    """Views of one CT.

    Args:
        networks: a `ViewSynthesizer` or the like.
        ct: volume (1, z, y, x, 1) and spacing (1, 3), as `evaluation_cases` gives them.
        poses: (n, 12); codes: (n, size) of style.

    Returns:
        X^ and DRR, (n, height, width, 1) each. X^ ends at black and white, as pictures do when they
        are written: networks overshoot, most of all early in training.
    """
    volume, spacing = ct["volume"], ct["spacing"]
    content_code = networks.encode_ct(volume, spacing)
    parts = []
    for start in range(0, len(poses), BATCH_SIZE):
        part = slice(start, start + BATCH_SIZE)
        index = np.zeros(len(poses[part]), "int32")
        views = networks.render(content_code, volume, spacing, poses[part], codes[part], index)
        parts.append([np.clip(views[0], -1, 1), np.asarray(views[1])])
    return tuple(np.concatenate(pictures) for pictures in zip(*parts, strict=True))
