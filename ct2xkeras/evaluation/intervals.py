"""How sure a measured number is: 95 % intervals, the same for the same seed."""

from collections.abc import Callable

import numpy as np

CONFIDENCE = 95  # per cent
QUANTILE = 1.959964  # of the normal distribution, for 95 %
RESAMPLES = 2000
SUBSETS = 100
LARGEST_SUBSET = 500  # pictures; bounds time, the spread is scaled
SMALLEST_SUBSET = 2

#: Says in records how each kind of interval was found.
BOOTSTRAP = f"bootstrap over pictures, {RESAMPLES} resamples"
HALVES = f"{SUBSETS} subsets of half of the pictures, at most {LARGEST_SUBSET} (delete-d jackknife)"


def bootstrap_interval(values, seed=0):
    """Interval of a mean by the percentile bootstrap: values (n,) to (low, high); None for n = 1.

    It answers what other pictures of the same kind would have given. Views of one CT count as
    pictures of their own: of other patients it says nothing where there is only one.
    """
    values = np.asarray(values, np.float64)
    if len(values) < 2:
        return None
    drawn = np.random.default_rng(seed).integers(len(values), size=(RESAMPLES, len(values)))
    tail = (100 - CONFIDENCE) / 2
    return tuple(np.percentile(values[drawn].mean(axis=1), (tail, 100 - tail)).tolist())


def half_subset_interval(distance: Callable, a, b, value, seed=0):
    """Interval of a distance of two sets, about its value.

    A bootstrap would draw a picture twice, which such distances take for likeness. Subsets are
    drawn without replacement instead: of r of n pictures the spread of the distance is `sqrt((n -
    r) / r)` of its standard error on all n (delete-d jackknife, Shao & Wu 1989), and just that for
    halves.

    Args:
        distance: of two sets of features.
        a, b: features (n, d) each.
        value: the distance on all of them.

    Returns:
        (low, high); None where halves are too few pictures for the distance.
    """
    num = len(a)
    size = min(num // 2, LARGEST_SUBSET)
    if size < SMALLEST_SUBSET:
        return None
    rng = np.random.default_rng(seed)
    try:
        found = [
            distance(*(features[rng.permutation(num)[:size]] for features in (a, b)))
            for _ in range(SUBSETS)
        ]
    except ValueError:
        return None
    error = QUANTILE * np.std(found) * np.sqrt(size / (num - size))
    return value - error, value + error
