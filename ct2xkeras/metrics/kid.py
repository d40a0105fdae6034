"""Kernel Inception distance (Binkowski et al. 2018), on features of any extractor."""

import numpy as np


def polynomial_kernel(a, b):
    """`(a . b / d + 1)^3` of features (n, d) and (m, d): (n, m), float64."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return (a @ b.T / a.shape[1] + 1) ** 3


def kernel_distance(a, b):
    """Unbiased squared maximum mean discrepancy of two feature sets (n, d), (m, d).

    Zero in the mean for two samples of one distribution; a single value may be negative.

    Raises:
        ValueError: fewer than two samples, or different feature lengths.
    """
    if min(len(a), len(b)) < 2 or a.shape[1] != b.shape[1]:
        raise ValueError(
            "A kernel distance needs two samples or more on each side and equal feature lengths; "
            f"received {a.shape} and {b.shape}."
        )
    n, m = len(a), len(b)
    within_a, within_b = polynomial_kernel(a, a), polynomial_kernel(b, b)
    within = (within_a.sum() - np.trace(within_a)) / (n * (n - 1))
    within += (within_b.sum() - np.trace(within_b)) / (m * (m - 1))
    return within - 2 * polynomial_kernel(a, b).mean()
