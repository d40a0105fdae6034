import numpy as np
import pytest

from ct2xkeras.losses import tone_curve, tone_distance


@pytest.fixture
def picture(rng):
    return rng.uniform(-1, 1, (2, 32, 32, 1)).astype("float32")


def test_tone_does_not_see_where_grey_values_lie(picture, rng):
    shuffled = rng.permuted(picture.reshape(2, -1), axis=1).reshape(picture.shape)
    np.testing.assert_allclose(tone_distance(picture, shuffled), 0, atol=1e-6)


def test_tone_distance_of_shifted_grey_values_is_the_shift(picture):
    np.testing.assert_allclose(tone_distance(picture, picture + 0.25), 0.25, atol=1e-5)


def test_tone_curve_is_sorted_and_independent_of_the_size(picture):
    curve = np.asarray(tone_curve(picture))
    np.testing.assert_array_equal(curve, np.sort(picture.reshape(2, -1), axis=1))
    larger = picture.repeat(2, axis=1).repeat(3, axis=2)
    np.testing.assert_allclose(tone_curve(larger), curve, atol=1e-6)


def test_sides_that_are_no_multiples_of_32_are_refused():
    with pytest.raises(ValueError, match="multiples of 32; received 32 x 40"):
        tone_curve(np.zeros((1, 32, 40, 1), "float32"))
