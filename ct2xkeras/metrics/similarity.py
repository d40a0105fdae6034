"""How alike each picture is to its own target: the losses' measures in NumPy, and PSNR.

They are for pairs of one view: X^ and the simulated radiograph of the same patient and pose, or
DRR^ and DRR. Real radiographs have no pair.
"""

import numpy as np

from ct2xkeras.losses import similarity as losses
from ct2xkeras.metrics.checks import check_picture_pair

BATCH_SIZE = 32  # bounds memory
STEP = losses.DATA_RANGE / 65535  # between grey values of a stored picture, of 16 bit


def structural_similarity(images, targets):
    """SSIM (Wang et al. 2004) over 7 x 7 windows: two (n, h, w, 1) in [-1, 1] to (n,), at most 1.

    `ct2xkeras.losses.structural_similarity` has the formula. It equals scikit-image's on
    `(x + 1)` with `data_range=2, use_sample_covariance=False`.

    Raises:
        ValueError: pictures that are no pairs, not finite, or below 7 x 7.
    """
    return per_picture(losses.structural_similarity, *check_picture_pair(images, targets))


def multiscale_structural_similarity(images, targets):
    """MS-SSIM (Wang, Simoncelli & Bovik 2003): two (n, h, w, 1) in [-1, 1] to (n,), in (0, 1].

    `ct2xkeras.losses.multiscale_structural_similarity` has the formula and the number of scales.

    Raises:
        ValueError: pictures that are no pairs, not finite, or below 7 x 7.
    """
    return per_picture(
        losses.multiscale_structural_similarity, *check_picture_pair(images, targets)
    )


def peak_signal_to_noise(images, targets):
    """PSNR, `10 log10(L^2 / mean (x - y)^2)`, L = 2: two (n, h, w, 1) in [-1, 1] to (n,), in dB.

    A mean square below that of a 16-bit picture's rounding, `(L / 65535)^2 / 12`, counts as that,
    so that equal pictures have 107.1 dB and means stay finite.

    Raises:
        ValueError: pictures that are no pairs or not finite.
    """
    images, targets = check_picture_pair(images, targets)
    error = np.mean(np.square(images - targets, dtype=np.float64), axis=(1, 2, 3))
    return 10 * np.log10(losses.DATA_RANGE**2 / np.maximum(error, STEP**2 / 12))


def perceptual_distance(images, targets, distance):
    """Perceptual distance of each picture from its target: two (n, h, w, 1) in [-1, 1] to (n,).

    Args:
        images, targets: pictures.
        distance: a `ct2xkeras.metrics.extractors.PerceptualDistance`; values carry its `name`.

    Raises:
        ValueError: pictures that are no pairs, not finite, or too small for the network.
    """
    return per_picture(distance, *check_picture_pair(images, targets))


def per_picture(measure, *pictures):
    """A loss's value of each picture, in batches: arrays of n pictures to (n,), float64."""
    starts = range(0, len(pictures[0]), BATCH_SIZE)
    batches = ([array[start : start + BATCH_SIZE] for array in pictures] for start in starts)
    return np.concatenate([np.asarray(measure(*batch), np.float64) for batch in batches])
