import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from ct2xkeras.losses import detail_bands, detail_contrast, detail_distance


@pytest.fixture
def pictures(rng):
    """Noise that is smooth over a pixel, as radiographs are."""
    noise = rng.normal(size=(2, 48, 48))
    smooth = np.stack([gaussian_filter(each, 1, mode="wrap") for each in noise])
    return (smooth[..., None] / smooth.std() / 4).astype("float32")


def test_bands_are_differences_of_gaussians(pictures):
    bands = np.asarray(detail_bands(pictures, 3))
    for image, found in zip(pictures[..., 0], bands, strict=True):
        copies = [gaussian_filter(image, width, mode="nearest") for width in (0, 1, 2, 4)]
        np.testing.assert_allclose(found, -np.diff(copies, axis=0).transpose(1, 2, 0), atol=1e-5)


def test_even_pictures_have_no_detail_at_their_borders_either():
    assert np.abs(detail_bands(np.full((1, 8, 8, 1), 0.7, "float32"), 2)).max() < 1e-6


def test_twice_the_contrast_is_the_logarithm_of_two_more_in_every_band(pictures):
    more = np.asarray(detail_contrast(2 * pictures) - detail_contrast(pictures))
    np.testing.assert_allclose(more, np.log(2), atol=0.01)


def test_detail_sees_neither_brightness_nor_where_edges_are(pictures):
    moved = np.roll(pictures, (11, -7), axis=(1, 2)) + 0.3
    # Borders, where blurs repeat the outermost pixels, are the difference.
    np.testing.assert_allclose(detail_distance(pictures, moved), 0, atol=0.06)


def test_blurring_takes_the_finest_detail_first(pictures):
    blurred = np.stack([gaussian_filter(each, (1, 1, 0), mode="nearest") for each in pictures])
    lost = np.asarray(detail_contrast(pictures) - detail_contrast(blurred))
    assert (lost[:, 0] > lost[:, 1]).all()
    assert (lost[:, 1] > lost[:, 2]).all()
    assert (lost[:, 2] > 0).all()


def test_distance_is_the_mean_over_bands_and_the_same_both_ways(pictures):
    assert np.abs(detail_distance(pictures, pictures)).max() == 0
    one, other = detail_distance(pictures, 3 * pictures), detail_distance(3 * pictures, pictures)
    np.testing.assert_allclose(one, np.log(3), atol=0.02)
    np.testing.assert_allclose(one, other, rtol=1e-6)


def test_even_pictures_have_least_detail_and_a_gradient(pictures):
    import tensorflow as tf

    even = tf.Variable(np.full((2, 48, 48, 1), 0.7, "float32"))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(detail_distance(even, pictures))
    np.testing.assert_allclose(detail_contrast(even), np.log(0.005), atol=1e-3)
    assert np.isfinite(tape.gradient(loss, even)).all()
