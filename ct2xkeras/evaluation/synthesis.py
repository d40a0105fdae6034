"""Pictures of evaluation cases through trained networks."""

import numpy as np

from ct2xkeras.models.inputs import MODEL_INPUTS

BATCH_SIZE = 8


def synthesize(networks, cases):
    """X^ of cases, (n, height, width, 1) NumPy.

    Called without Keras' `predict`, which would ask for all workers of a training that several
    share; one of them measures.

    Args:
        networks: an `XraySynthesizer`.
        cases: dictionary with the entries of `MODEL_INPUTS`, n of each.
    """
    num = len(cases["pose"])
    return np.concatenate(
        [
            np.asarray(networks({name: cases[name][i : i + BATCH_SIZE] for name in MODEL_INPUTS}))
            for i in range(0, num, BATCH_SIZE)
        ]
    )
