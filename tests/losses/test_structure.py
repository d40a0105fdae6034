import numpy as np
import pytest

from ct2xkeras.losses import gradient_correlation, structure_loss

FULL = np.ones((2, 16, 16, 1), "float32")


@pytest.fixture
def pictures(rng):
    return rng.uniform(-1, 1, (2, 2, 16, 16, 1)).astype("float32")


def test_gradient_correlation_by_hand():
    """One inner pixel: gradients of rows agree (1), those of columns are opposed (-1)."""
    a, b = np.zeros((2, 1, 3, 3, 1), "float32")
    a[0, 2, 1], a[0, 1, 2] = 4, 2
    b[0, 2, 1], b[0, 1, 2] = 8, -6
    mask = np.ones_like(a)
    np.testing.assert_allclose(gradient_correlation(a, b, mask), [0], atol=1e-5)
    b[0, 1, 2] = 6
    np.testing.assert_allclose(gradient_correlation(a, b, mask), [1], atol=1e-5)


def test_it_ignores_brightness_and_contrast(pictures):
    a, b = pictures
    plain = gradient_correlation(a, b, FULL)
    np.testing.assert_allclose(gradient_correlation(0.3 * a + 0.5, b, FULL), plain, atol=1e-5)
    np.testing.assert_allclose(gradient_correlation(a, -a, FULL), -1, atol=1e-4)
    np.testing.assert_allclose(structure_loss(a, 2 * a - 1, FULL), 0, atol=1e-4)


def test_it_looks_only_where_the_mask_is(pictures):
    a, b = pictures
    mask = FULL.copy()
    mask[:, 8:] = 0
    b[:, :10] = a[:, :10]
    np.testing.assert_allclose(gradient_correlation(a, b, mask), 1, atol=1e-4)


def test_flat_pictures_correlate_with_nothing(pictures):
    np.testing.assert_allclose(gradient_correlation(FULL, pictures[0], FULL), 0, atol=1e-6)
