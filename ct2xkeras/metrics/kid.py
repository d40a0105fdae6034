"""Kernel Inception distance (Binkowski et al. 2018), on features of any extractor."""

from dataclasses import dataclass

import numpy as np

from ct2xkeras.metrics.checks import check_feature_pair

BLOCK = 1024  # rows of a kernel matrix that are in memory at a time
LARGEST_SUBSET = 1000


@dataclass(frozen=True)
class SubsetDistance:
    """Kernel distance over random subsets.

    Args:
        mean: over the subsets, unbiased whatever their size.
        spread: standard deviation over the subsets. It says how far one value at this size may be
            off, not how far the mean is: subsets share pictures.
        subset_size: pictures of a subset, on each side.
        num_subsets: how many were drawn.
    """

    mean: float
    spread: float
    subset_size: int
    num_subsets: int


def polynomial_kernel(a, b):
    """`(a . b / d + 1)^3` of features (n, d) and (m, d): (n, m), float64."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    linear = a @ b.T / a.shape[1] + 1
    return linear * linear * linear  # NumPy's power of 3 is many times slower


def kernel_distance(a, b):
    """Unbiased squared maximum mean discrepancy of two feature sets (n, d), (m, d).

    Zero in the mean for two samples of one distribution; a single value may be negative.

    Raises:
        ValueError: fewer than two samples, different feature lengths, or values not finite.
    """
    a, b = check_feature_pair(a, b)
    return float(_distances(a, b, np.ones((1, len(a))), np.ones((1, len(b))))[0])


def kernel_distance_of_subsets(a, b, subset_size=None, num_subsets=100, seed=0):
    """`kernel_distance` of random subsets, drawn from each side without replacement.

    Args:
        a, b: features (n, d), (m, d).
        subset_size: pictures of a subset; by default half of the smaller set, at most 1000. (Of
            subsets that are nearly the whole set the spread would be 0.)
        num_subsets: how many subsets.
        seed: of the draws.

    Returns:
        a `SubsetDistance`.

    Raises:
        ValueError: a subset size below 2 or above the smaller set, or what `kernel_distance`
            refuses.
    """
    a, b = check_feature_pair(a, b)
    smaller = min(len(a), len(b))
    size = subset_size or min(LARGEST_SUBSET, max(2, smaller // 2))
    if not 2 <= size <= smaller or num_subsets < 1:
        raise ValueError(
            f"Expected one subset or more of 2 to {smaller} pictures, the smaller set's number; "
            f"received {num_subsets} of {size}."
        )
    rng = np.random.default_rng(seed)
    members = [_draw(rng, len(features), size, num_subsets) for features in (a, b)]
    values = _distances(a, b, *members)
    return SubsetDistance(float(values.mean()), float(values.std()), size, num_subsets)


def _draw(rng, total, size, num_subsets):
    """Who is in each subset: (num_subsets, total) of 0 and 1."""
    members = np.zeros((num_subsets, total))
    for row in members:
        row[rng.choice(total, size, replace=False)] = 1
    return members


def _distances(a, b, in_a, in_b):
    """Kernel distance of each pair of subsets, given by their members: (num_subsets,)."""
    across = _kernel_sums(a, b, in_a, in_b) / (in_a.sum(axis=1) * in_b.sum(axis=1))
    return _within(a, in_a) + _within(b, in_b) - 2 * across


def _within(features, members):
    """Mean kernel of each subset's pairs of different members."""
    diagonal = (np.mean(features**2, axis=1) + 1) ** 3
    count = members.sum(axis=1)
    total = _kernel_sums(features, features, members, members) - members @ diagonal
    return total / (count * (count - 1))


def _kernel_sums(a, b, in_a, in_b):
    """Kernel summed over each subset's pairs.

    All subsets share one pass over the kernel matrix, of which a block is in memory at a time.
    """
    sums = np.zeros(len(in_a))
    for start in range(0, len(a), BLOCK):
        rows = slice(start, start + BLOCK)
        sums += np.sum(in_a[:, rows] @ polynomial_kernel(a[rows], b) * in_b, axis=1)
    return sums
