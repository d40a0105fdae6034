"""Style response: does one view take the looks of different radiographs?"""

import numpy as np

from ct2xkeras.evaluation.synthesis import BATCH_SIZE
from ct2xkeras.metrics import code_distances, retrieval_rate, tone_distances

NUM_STYLES = 32


def style_response(networks, cases):
    """How often one view in many looks is nearest to its own reference.

    Args:
        networks: an `XraySynthesizer`.
        cases: of `evaluation_cases`; the first one's view is shown in the different radiographs of
            all, at most 32 of them.

    Returns:
        {metric spec: value}: by `tone` (sorted grey values) and by `code` (the angle between style
        codes read in the pictures) the share of pictures whose own reference is the nearest, chance
        is 1 / n; by tone also the mean distance to the own reference and to all.
    """
    styles = np.unique(cases["style_image"], axis=0)[:NUM_STYLES]
    codes = np.asarray(networks.encode_style(styles))
    pictures = restyled(networks, cases, codes)
    tones = tone_distances(pictures, styles)
    angles = code_distances(np.asarray(networks.encode_style(pictures)), codes)
    n = len(styles)
    return {
        f"style-retrieval[tone,n={n}]": retrieval_rate(tones),
        f"style-retrieval[code,n={n}]": retrieval_rate(angles),
        f"style-distance-own[tone,n={n}]": float(np.diag(tones).mean()),
        f"style-distance-all[tone,n={n}]": float(tones.mean()),
    }


def restyled(networks, cases, codes):
    """The first case's view in each style: codes (n, size) to (n, height, width, 1)."""
    volume, spacing, pose = (cases[name][:1] for name in ("volume", "spacing", "pose"))
    content_code = networks.encode_ct(volume)
    pictures = []
    for start in range(0, len(codes), BATCH_SIZE):
        part = codes[start : start + BATCH_SIZE]
        poses = np.repeat(pose, len(part), axis=0)
        index = np.zeros(len(part), "int32")
        pictures.append(networks.render(content_code, volume, spacing, poses, part, index)[0])
    return np.concatenate(pictures)
