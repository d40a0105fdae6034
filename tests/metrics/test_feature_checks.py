"""What distances of features refuse, by name and number."""

import numpy as np
import pytest

from ct2xkeras.metrics import (
    FeatureStatistics,
    frechet_distance,
    frechet_distance_infinity,
    frechet_distance_of_statistics,
    kernel_distance,
    kernel_distance_of_subsets,
)

each_distance = pytest.mark.parametrize(
    "distance",
    [
        frechet_distance,
        frechet_distance_infinity,
        kernel_distance,
        kernel_distance_of_subsets,
    ],
)


@pytest.fixture
def good(rng):
    return rng.normal(size=(20, 4))


@each_distance
def test_too_few_pictures(distance, good):
    with pytest.raises(ValueError, match=r"second features: expected those of 2 .*, received 1"):
        distance(good, good[:1])


@each_distance
def test_features_of_different_extractors(distance, good):
    with pytest.raises(ValueError, match="one extractor; received lengths 4 and 3"):
        distance(good, good[:, :3])


@each_distance
def test_pictures_instead_of_features(distance, good):
    with pytest.raises(ValueError, match=r"first features: .*received \(20, 4, 1, 1\)"):
        distance(good[..., None, None], good)


@each_distance
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers(distance, good, value):
    bad = good.copy()
    bad[[3, 7], 1] = value
    with pytest.raises(ValueError, match=r"second features: not finite in 2 of 20 .*index 3"):
        distance(good, bad)


def test_statistics_that_do_not_fit():
    few, other = FeatureStatistics.of([[1.0, 2.0]]), FeatureStatistics.of(np.eye(3))
    with pytest.raises(ValueError, match="received 1 and 3 pictures, lengths 2 and 3"):
        frechet_distance_of_statistics(few, other)
