"""Mutual information: what the grey values of one picture tell of another's, in any tone."""

import numpy as np

from ct2xkeras.metrics.checks import INSIDE, check_mask, check_picture_pair

NUM_BINS = 16


def mutual_information(images, targets, mask=None):
    """Mutual information of grey values at the same pixel: (n, h, w, 1) each to (n,), in bits.

    `sum p(i, j) log2(p(i, j) / (p(i) p(j)))` over 16 x 16 bins (Viola & Wells 1997). A bin's limits
    are quantiles of the picture's own grey values, so that no strictly increasing change of tone
    changes the value: X^ may look unlike the DRR and still show what it shows. 4 bits at most;
    unrelated pictures come to about `225 / (2 ln 2 N)` for N pixels, 0.04 bits at 64 x 64.

    Args:
        images, targets: pictures of the same views.
        mask: of the same shape, the coverage map: pixels above 0.5 count; none: all.

    Raises:
        ValueError: pictures that are no pairs, not finite or constant, or a mask that leaves
            nothing.
    """
    images, targets = check_picture_pair(images, targets, varied=True)
    inside = check_mask(mask, images) > INSIDE
    pairs = zip(images, targets, inside, strict=True)
    return np.array([_information(image[where], target[where]) for image, target, where in pairs])


def _information(a, b):
    joint = np.zeros((NUM_BINS, NUM_BINS))
    np.add.at(joint, (_bins(a), _bins(b)), 1 / len(a))
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    seen = joint > 0
    return np.sum(joint[seen] * np.log2(joint[seen] / apart[seen]))


def _bins(values):
    """Bin of each value; equal values share one."""
    limits = np.quantile(values, np.arange(1, NUM_BINS) / NUM_BINS, method="inverted_cdf")
    return np.searchsorted(limits, values, side="left")
