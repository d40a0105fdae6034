import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.losses import (
    absolute_difference,
    multiscale_structural_similarity,
    structural_similarity,
)
from ct2xkeras.losses.similarity import SCALE_WEIGHTS

C1, C2 = (0.01 * 2) ** 2, (0.03 * 2) ** 2


@pytest.fixture
def pictures(rng):
    return rng.uniform(-1, 1, (2, 2, 32, 32, 1)).astype("float32")


def windows(picture):
    """All 7 x 7 windows of a picture, in float64: (num, 49)."""
    views = np.lib.stride_tricks.sliding_window_view(picture.astype("float64"), (7, 7))
    return views.reshape(-1, 49)


def similarity_by_definition(x, y):
    """Mean SSIM and mean factor of contrast and structure of two (h, w), in float64."""
    x, y = windows(x), windows(y)
    mx, my = x.mean(axis=1), y.mean(axis=1)
    covariance = (x * y).mean(axis=1) - mx * my
    structure = (2 * covariance + C2) / (x.var(axis=1) + y.var(axis=1) + C2)
    mx, my = mx + 1, my + 1  # from black
    luminance = (2 * mx * my + C1) / (mx**2 + my**2 + C1)
    return (luminance * structure).mean(), structure.mean()


def halve(picture):
    return picture.reshape(picture.shape[0] // 2, 2, -1, 2).mean(axis=(1, 3))


def test_absolute_difference_by_hand():
    x, y = np.array([1.0, 2, 5, 9]).reshape(1, 2, 2, 1), np.zeros((1, 2, 2, 1))
    mask = np.array([1.0, 1, 0, 0]).reshape(1, 2, 2, 1)
    np.testing.assert_allclose(absolute_difference(x, y, mask), [1.5])
    np.testing.assert_allclose(absolute_difference(x, y, 0 * mask), [0])


def test_structural_similarity_equals_its_definition(pictures):
    x, y = pictures
    y = 0.5 * x + 0.3 * y + 0.2
    expected = [
        similarity_by_definition(a[..., 0], b[..., 0])[0] for a, b in zip(x, y, strict=True)
    ]
    np.testing.assert_allclose(structural_similarity(x, y), expected, rtol=1e-4)


@pytest.mark.parametrize(("a", "b"), [(0.2, 0.6), (-1.0, 1.0), (1000.0, 1000.0)])
def test_flat_pictures_are_as_alike_as_their_brightness(a, b):
    """Against the closed form: float32 must not see contrast where there is none."""
    images, targets = (np.full((1, 16, 16, 1), grey, "float32") for grey in (a, b))
    a, b = a + 1, b + 1  # from black
    expected = (2 * a * b + C1) / (a * a + b * b + C1)
    np.testing.assert_allclose(structural_similarity(images, targets), [expected], rtol=1e-5)


def test_equal_pictures_have_multiscale_similarity_one(pictures):
    x = pictures[0]
    for picture in (x, np.zeros_like(x), np.ones_like(x), np.full_like(x, 1e3)):
        np.testing.assert_allclose(multiscale_structural_similarity(picture, picture), 1, atol=1e-5)


def test_multiscale_similarity_is_symmetric(pictures):
    x, y = pictures
    y = 0.5 * (x + y)
    np.testing.assert_allclose(
        multiscale_structural_similarity(x, y), multiscale_structural_similarity(y, x), rtol=1e-5
    )


def test_at_one_scale_it_is_structural_similarity(pictures):
    x, y = pictures[:, :, :13, :13]
    y = 0.8 * x + 0.2 * y
    np.testing.assert_allclose(
        multiscale_structural_similarity(x, y), structural_similarity(x, y), rtol=1e-6
    )


def test_three_scales_equal_the_definition(pictures):
    """32, 16 and 8 hold a 7 x 7 window; the first three exponents are scaled to sum 1."""
    x, y = pictures[0, 0, ..., 0] * 0.5 + 0.3, pictures[1, 0, ..., 0] * 0.1
    y = x + y
    found = multiscale_structural_similarity(x[None, ..., None], y[None, ..., None])
    a, b, c = np.array(SCALE_WEIGHTS[:3]) / sum(SCALE_WEIGHTS[:3])
    fine = similarity_by_definition(x, y)[1]
    middle = similarity_by_definition(halve(x), halve(y))[1]
    coarse = similarity_by_definition(halve(halve(x)), halve(halve(y)))[0]
    np.testing.assert_allclose(found, [fine**a * middle**b * coarse**c], rtol=1e-4)


@pytest.mark.parametrize(("side", "num_scales"), [(7, 1), (32, 3), (64, 4), (112, 5), (256, 5)])
def test_as_many_scales_count_as_hold_a_window(side, num_scales):
    """Flat pictures differ in brightness alone, which the coarsest scale alone judges."""
    flat = np.ones((1, side, side + 3, 1), "float32")
    luminance = (2 * 1.2 * 1.6 + C1) / (1.2**2 + 1.6**2 + C1)  # from black
    share = SCALE_WEIGHTS[num_scales - 1] / sum(SCALE_WEIGHTS[:num_scales])
    np.testing.assert_allclose(
        multiscale_structural_similarity(0.2 * flat, 0.6 * flat), [luminance**share], rtol=1e-5
    )


def test_more_noise_is_less_alike(rng):
    rows, columns = np.mgrid[:64, :64] / 8
    picture = (0.5 * np.sin(rows) * np.cos(columns)).astype("float32")[None, ..., None]
    noise = rng.normal(size=picture.shape).astype("float32")
    values = [
        float(multiscale_structural_similarity(picture, picture + spread * noise)[0])
        for spread in (0, 0.02, 0.1, 0.4, 1.0)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.999 > 0.9 > values[-1]


def test_opposite_pictures_are_least_alike_and_have_a_finite_gradient(pictures):
    x = tf.constant(pictures[0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = multiscale_structural_similarity(x, -x)
    assert 0 < np.min(value) <= np.max(value) < 0.01
    assert np.isfinite(tape.gradient(value, x)).all()


def test_pictures_smaller_than_a_window_are_refused():
    small = np.zeros((1, 6, 32, 1), "float32")
    with pytest.raises(ValueError, match="7 x 7 or more; received 6 x 32"):
        multiscale_structural_similarity(small, small)
