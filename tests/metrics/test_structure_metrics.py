import numpy as np
import pytest

from ct2xkeras import losses
from ct2xkeras.metrics import edge_displacement, gradient_correlation, mutual_information

METRICS = [gradient_correlation, mutual_information, edge_displacement]
each_metric = pytest.mark.parametrize("metric", METRICS)


@pytest.fixture
def noise(rng):
    return rng.uniform(-1, 1, (2, 3, 48, 48, 1))


# ------------------------------------------------------------------ mutual information


def test_grey_values_of_16_kinds_hold_4_bits():
    """Four by four kinds, each as often; b tells only in which of four groups a is."""
    a = np.kron(np.arange(16).reshape(4, 4), np.ones((8, 8)))[None, ..., None] / 16
    b = np.floor(4 * a) / 4
    np.testing.assert_allclose(mutual_information(a, a), 4)
    np.testing.assert_allclose(mutual_information(a, b), 2)


def test_tone_does_not_change_information(noise):
    a, b = noise
    b = a + 0.3 * b
    b /= np.abs(b).max()
    value = mutual_information(a, b)
    for tone in (lambda x: 0.5 * x - 0.2, lambda x: x**3, lambda x: np.expm1(x) / 2):
        np.testing.assert_allclose(mutual_information(tone(a), b), value)


def test_independent_pictures_tell_nothing_but_the_bias_of_counting(noise):
    expected = 15**2 / (2 * np.log(2) * 48**2)
    np.testing.assert_allclose(mutual_information(*noise), expected, rtol=0.2)


# ------------------------------------------------------------------ displacement


def test_displacement_ignores_contrast_and_its_sign(views):
    moved = -0.6 * np.roll(views.drrs, 2, axis=1) + 0.1
    np.testing.assert_allclose(edge_displacement(moved, views.drrs), 2, atol=1e-5)


def test_unrelated_pictures_are_found_anywhere(rng):
    displacements = edge_displacement(*rng.uniform(-1, 1, (2, 4, 128, 128, 1)))
    assert displacements.mean() == pytest.approx(6, abs=0.5)


def test_edges_that_are_gone_count_as_the_farthest(noise):
    _, target = noise
    image = np.zeros_like(target)
    image[:, 0, 0] = 1  # not constant, but nothing to see where it is looked
    np.testing.assert_allclose(edge_displacement(image, target), 8)


def test_pictures_too_small_to_look_around_are_refused(noise):
    small = noise[:, :, :35, :48]
    with pytest.raises(ValueError, match=r"16 x 16 .*index 0, 35 x 48, has none"):
        edge_displacement(*small)


# ------------------------------------------------------------------ all


def test_gradient_correlation_is_that_of_training(noise, rng):
    mask = (rng.uniform(size=noise[0].shape) > 0.3).astype("float32")
    a, b = noise.astype("float32")
    expected = losses.gradient_correlation(a, a + b, mask)
    np.testing.assert_allclose(gradient_correlation(a, a + b, mask), expected, rtol=1e-5)


@each_metric
def test_it_looks_only_where_the_mask_is(metric, views):
    mask = np.ones_like(views.drrs)
    mask[:, :, 60:] = 0
    harmed = views.drrs.copy()
    harmed[:, :, 62:] = np.roll(harmed, 5, axis=1)[:, :, 62:]
    equal = metric(views.drrs, views.drrs, mask)
    np.testing.assert_allclose(metric(harmed, views.drrs, mask), equal, atol=1e-4)
    assert np.abs(metric(harmed, views.drrs) - equal).min() > 0.01


@each_metric
def test_constant_pictures_and_empty_masks_are_refused(metric, noise):
    a, b = noise
    flat = a.copy()
    flat[1:] = 0.5
    with pytest.raises(ValueError, match=r"^pictures: one grey value .* 2 of 3 .*index 1"):
        metric(flat, b)
    with pytest.raises(ValueError, match="target pictures: one grey value"):
        metric(a, flat)
    mask = np.ones_like(a)
    mask[2] = 0.2
    with pytest.raises(ValueError, match=r"mask: nowhere above 0.5 in 1 of 3 .*index 2"):
        metric(a, b, mask)
    with pytest.raises(ValueError, match=r"expected \(3, 48, 48, 1\), received \(3, 48, 48\)"):
        metric(a, b, mask[..., 0])
