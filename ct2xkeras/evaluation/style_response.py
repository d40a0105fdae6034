"""Style response: does one view take the looks of different radiographs?"""

import numpy as np

from ct2xkeras.evaluation.samples import stated_of
from ct2xkeras.evaluation.sweeps import style_sweep
from ct2xkeras.metrics import code_distances, metric_spec, tone_distances
from ct2xkeras.metrics.style_response import retrieved

NUM_STYLES = 32


def style_response(networks, cases):
    """{metric spec: mean} of `style_values`."""
    found = style_values(networks, cases, stated_of(cases))
    return {spec: float(np.mean(values)) for spec, values in found.items()}


def style_values(networks, cases, stated):
    """How often one view in many looks is nearest to its own reference.

    Args:
        networks: a `ViewSynthesizer`.
        cases: of `evaluation_cases`; the first one's view is shown in the different radiographs of
            all, at most 32 of them.
        stated: what specs state besides their number, {name: text}.

    Returns:
        {metric spec: (n,) values of each picture}: by `tone` (sorted grey values) and by `code`
        (the angle between style codes read in the pictures) whether its own reference is the
        nearest, chance is 1 / n in the mean; by tone also the distance to its own reference and
        the mean distance to all.
    """
    styles = np.unique(cases["style_image"], axis=0)[:NUM_STYLES]
    codes = np.asarray(networks.encode_style(styles))
    pictures = style_sweep(networks, cases, styles)
    tones = tone_distances(pictures, styles)
    angles = code_distances(np.asarray(networks.encode_style(pictures)), codes)
    values = {
        ("style-retrieval", "tone"): retrieved(tones),
        ("style-retrieval", "code"): retrieved(angles),
        ("style-distance-own", "tone"): np.diag(tones),
        ("style-distance-all", "tone"): tones.mean(axis=1),
    }
    return {metric_spec(*name, n=len(styles), **stated): of for name, of in values.items()}
