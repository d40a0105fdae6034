import math

import numpy as np

from ct2xkeras import losses
from ct2xkeras.losses.consistency import TEMPERATURE

APART = np.eye(4, 6, dtype="float32")
SAME = np.ones((4, 6), "float32")


def test_style_contrast_by_hand():
    """Two codes at right angles: own score 1 / temperature, the other 0."""
    found = losses.style_contrast(APART[:1], APART[:1], APART[:2], temperature=0.5)
    np.testing.assert_allclose(found, [math.log(math.exp(2) + 1) - 2], rtol=1e-5)
    each = losses.style_contrast_each(APART[:1], APART[:1], APART[1:2], temperature=0.5)
    np.testing.assert_allclose(each, found, rtol=1e-5)


def test_distances_by_hand():
    codes, references = np.array([[1.0, 2.0]], "float32"), np.array([[0.0, 4.0]], "float32")
    np.testing.assert_allclose(losses.style_distance(codes, references), [1.5])
    maps = np.array([1, -2, 3, 0], "float32").reshape(1, 1, 2, 2)
    np.testing.assert_allclose(losses.content_distance(maps, 0 * maps), [1.5])


def test_distances_of_perfect_codes_are_exactly_zero(rng):
    codes = rng.normal(size=(4, 6)).astype("float32")
    maps = rng.normal(size=(4, 2, 2, 3)).astype("float32")
    np.testing.assert_array_equal(losses.style_distance(codes, codes), np.zeros(4))
    np.testing.assert_array_equal(losses.content_distance(maps, maps), np.zeros(4))


def test_contrasts_of_perfect_and_well_separated_codes_are_about_zero():
    bound = len(APART) * math.exp(-1 / TEMPERATURE)
    assert np.max(losses.style_contrast(APART, APART)) < bound
    assert np.max(losses.style_contrast_each(APART[:2], APART[:2], APART[2:])) < bound
    opposite = np.stack([APART[0], -APART[0]])
    assert np.max(losses.style_contrast(opposite, opposite)) < 1e-5


def test_collapsed_codes_cost_the_chance_level():
    chance = losses.chance_level(4)
    np.testing.assert_allclose(losses.style_contrast(SAME, SAME), chance, rtol=1e-5)
    each = losses.style_contrast_each(SAME, SAME, SAME[:3])
    np.testing.assert_allclose(each, chance, rtol=1e-5)
    np.testing.assert_array_equal(losses.style_distance(SAME, SAME), np.zeros(4))


def test_contrasts_see_the_direction_of_codes_only(rng):
    codes, references = rng.normal(size=(2, 4, 6)).astype("float32")
    np.testing.assert_allclose(
        losses.style_contrast(3 * codes, references / 3),
        losses.style_contrast(codes, references),
        rtol=1e-4,
    )


def test_further_candidates_make_the_contrast_harder(rng):
    codes, references = rng.normal(size=(2, 4, 6)).astype("float32")
    fewer = np.asarray(losses.style_contrast(codes[:2], references[:2]))
    more = np.asarray(losses.style_contrast(codes[:2], references[:2], references))
    assert (more > fewer).all()
