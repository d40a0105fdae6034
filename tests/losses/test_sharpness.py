import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from ct2xkeras.losses import edge_curve, sharpness_distance


@pytest.fixture
def pictures(rng):
    noise = rng.normal(size=(3, 32, 32, 1))
    return gaussian_filter(noise, (0, 1, 1, 0)).astype("float32")


def ramp(slope):
    """A picture that grows by a slope from row to row."""
    return (slope * np.arange(32)[None, :, None, None] * np.ones((1, 32, 32, 1))).astype("float32")


def test_a_ramp_has_edges_of_its_slope_everywhere():
    expected = np.full((1, 900), np.hypot(0.03, 1e-3))
    np.testing.assert_allclose(edge_curve(ramp(0.03)), expected, rtol=1e-4)


def test_the_distance_of_ramps_is_that_of_their_slopes():
    expected = np.hypot(0.05, 1e-3) - np.hypot(0.02, 1e-3)
    np.testing.assert_allclose(sharpness_distance(ramp(0.05), ramp(0.02)), [expected], rtol=1e-4)


def test_where_edges_lie_and_how_bright_it_is_do_not_count(pictures):
    moved = np.rot90(pictures, axes=(1, 2)) + 0.5
    np.testing.assert_allclose(sharpness_distance(moved, pictures), np.zeros(3), atol=1e-6)


def test_blur_is_far_and_more_blur_is_farther(pictures):
    blurred = [gaussian_filter(pictures, (0, sigma, sigma, 0)) for sigma in (0, 0.5, 1, 2)]
    found = [np.mean(sharpness_distance(images, pictures)) for images in blurred]
    assert found == sorted(found)
    assert found[0] == 0 < found[1]
