import numpy as np
import pytest
from scipy import ndimage

from ct2xkeras.metrics.matching import edges, find_patches, searchable

POINTS = np.array([[30.5, 30.5], [40.0, 28.25], [33.3, 41.9]])


@pytest.fixture
def texture(rng):
    picture = ndimage.gaussian_filter(rng.normal(size=(72, 72)), 2)
    return picture / picture.std()


@pytest.mark.parametrize("shift", [(0, 0), (3, -5), (0.3, -1.6), (-7.5, 6.25)])
def test_a_moved_patch_is_found_to_a_tenth_of_a_pixel(texture, shift):
    moved = ndimage.shift(texture, shift, mode="grid-wrap")
    found = find_patches(texture, moved, POINTS, POINTS)
    np.testing.assert_allclose(found, np.tile(shift, (3, 1)), atol=0.1)


def test_the_result_counts_from_the_guess(texture):
    guesses = POINTS + np.array([2, -3])
    np.testing.assert_allclose(
        find_patches(texture, texture, POINTS, guesses), [(-2, 3)] * 3, atol=1e-9
    )


def test_brightness_and_contrast_do_not_matter(texture):
    moved = 0.2 * ndimage.shift(texture, (1.4, 0), mode="grid-wrap") - 3
    found = find_patches(texture, moved, POINTS, POINTS)
    np.testing.assert_allclose(found, [(1.4, 0)] * 3, atol=0.1)


def test_in_an_empty_picture_nothing_is_found(texture):
    assert np.isnan(find_patches(texture, np.zeros((72, 72)), POINTS, POINTS)).all()


def test_edges_have_no_sign():
    step = np.zeros((20, 20))
    step[:, 10:] = 1
    np.testing.assert_allclose(edges(step), edges(1 - step))
    assert edges(step)[10].argmax() in (9, 10)


def test_points_near_the_border_or_nowhere_are_not_looked_for():
    points = np.array([[17.0, 17.0], [16.9, 30], [30, 54.1], [np.nan, 30]])
    assert searchable(points, (72, 72)).tolist() == [True, False, False, False]
