import numpy as np
import pytest
from scipy.stats import rankdata

from ct2xkeras.baselines.classical.histogram_matching import (
    LEVELS,
    grey_quantiles,
    match_histogram,
)
from ct2xkeras.baselines.classical.quantiles import masked_quantiles

LEVEL = 2 / (LEVELS - 1)
EVERYWHERE = np.ones((2, 16, 16, 1), "float32")


@pytest.fixture
def pictures(rng):
    """Two dark pictures and two bright ones, (2, 16, 16, 1) each."""
    dark = rng.beta(2, 5, EVERYWHERE.shape) * 2 - 1
    bright = rng.beta(4, 2, EVERYWHERE.shape) * 2 - 1
    return dark.astype("float32"), bright.astype("float32")


def style(images, num=33):
    return np.asarray(grey_quantiles(images, EVERYWHERE, num))


def test_masked_quantiles_are_numpys_of_what_is_inside(pictures, rng):
    mask = rng.random(EVERYWHERE.shape) > 0.4
    shares = [0.0, 0.13, 0.5, 0.995, 1.0]
    expected = [
        np.quantile(image[inside], shares) for image, inside in zip(pictures[0], mask, strict=True)
    ]
    np.testing.assert_allclose(masked_quantiles(pictures[0], mask, shares), expected, atol=1e-6)


def test_a_matched_picture_has_the_references_quantiles(pictures):
    source, reference = pictures
    matched = np.asarray(match_histogram(source, EVERYWHERE, style(reference)))
    np.testing.assert_allclose(style(matched), style(reference), atol=0.02)
    np.testing.assert_allclose(np.sort(matched.ravel()), np.sort(reference.ravel()), atol=0.1)


def test_brighter_stays_brighter(pictures):
    source, reference = pictures
    matched = np.asarray(match_histogram(source, EVERYWHERE, style(reference)))
    for before, after in zip(source, matched, strict=True):
        assert np.all(np.diff(after.ravel()[np.argsort(before, axis=None)]) >= 0)
        np.testing.assert_allclose(
            rankdata(before), rankdata(after), atol=3
        )  # the table is finer than all but the closest greys


def test_a_picture_with_the_wanted_grey_values_is_left_alone(pictures):
    source, _ = pictures
    np.testing.assert_allclose(
        match_histogram(source, EVERYWHERE, style(source)), source, atol=LEVEL
    )


def test_the_same_grey_value_stays_one():
    picture = np.full((1, 8, 8, 1), -1, "float32")
    picture[:, 4:] = np.linspace(-0.5, 0.9, 32).reshape(4, 8, 1)
    wanted = np.linspace(-0.9, 0.9, 9, dtype="float32")[None]
    matched = np.asarray(match_histogram(picture, np.ones_like(picture), wanted))
    assert np.ptp(matched[:, :4]) == 0
    assert matched.min() >= -0.9


def test_what_the_ct_does_not_cover_has_no_say(pictures):
    source, reference = pictures
    coverage = EVERYWHERE.copy()
    coverage[:, :4] = 0
    wanted = style(reference)
    expected = np.asarray(match_histogram(source, coverage, wanted))
    other = source.copy()
    other[:, :4] = -1
    np.testing.assert_array_equal(
        np.asarray(match_histogram(other, coverage, wanted))[:, 4:], expected[:, 4:]
    )
    nowhere = np.zeros_like(EVERYWHERE)
    np.testing.assert_array_equal(
        match_histogram(source, nowhere, wanted), match_histogram(source, EVERYWHERE, wanted)
    )


def test_an_exaggerated_style_still_keeps_the_order(pictures, rng):
    source, _ = pictures
    wanted = rng.uniform(-1, 1, (2, 33)).astype("float32")
    matched = np.asarray(match_histogram(source, EVERYWHERE, wanted))
    for before, after in zip(source, matched, strict=True):
        assert np.all(np.diff(after.ravel()[np.argsort(before, axis=None)]) >= 0)
