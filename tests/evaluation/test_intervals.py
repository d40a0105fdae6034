import numpy as np
import pytest

from ct2xkeras.evaluation.intervals import QUANTILE, bootstrap_interval, half_subset_interval


def shift(a, b):
    """A distance whose standard error is known."""
    return float(np.mean(a) - np.mean(b))


def test_the_interval_of_a_mean_is_that_of_theory(rng):
    values = rng.normal(3.0, 2.0, 400)
    low, high = bootstrap_interval(values)
    error = QUANTILE * values.std() / 20
    np.testing.assert_allclose((low, high), values.mean() + np.array([-error, error]), atol=0.03)


def test_the_mean_lies_in_the_interval_95_times_of_100(rng):
    covered = [
        low <= 0 <= high
        for low, high in (bootstrap_interval(rng.normal(size=40), seed) for seed in range(300))
    ]
    assert 0.9 < np.mean(covered) < 0.98


@pytest.mark.parametrize("num", [40, 3000])
def test_subsets_give_the_standard_error_on_all_pictures(rng, num):
    """Of halves, and of the largest subsets that are drawn of many pictures."""
    a, b = rng.normal(0, 2, (num, 1)), rng.normal(1, 1, (num, 1))
    low, high = half_subset_interval(shift, a, b, shift(a, b))
    assert (low + high) / 2 == pytest.approx(shift(a, b))
    error = np.sqrt((a.var() + b.var()) / num)
    assert high - low == pytest.approx(2 * QUANTILE * error, rel=0.25)  # of 100 subsets: 0.07


def test_intervals_follow_their_seed(rng):
    a, b = rng.normal(size=(2, 30, 4))
    assert bootstrap_interval(a[:, 0], 1) == bootstrap_interval(a[:, 0], 1)
    assert bootstrap_interval(a[:, 0], 1) != bootstrap_interval(a[:, 0], 2)
    assert half_subset_interval(shift, a, b, 0, 1) == half_subset_interval(shift, a, b, 0, 1)
    assert half_subset_interval(shift, a, b, 0, 1) != half_subset_interval(shift, a, b, 0, 2)


def test_too_few_pictures_have_no_interval(rng):
    assert bootstrap_interval([1.0]) is None
    assert half_subset_interval(shift, *rng.normal(size=(2, 3, 4)), 0) is None
