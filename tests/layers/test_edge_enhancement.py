import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from ct2xkeras.layers import EdgeEnhancement
from ct2xkeras.layers.edge_enhancement import RATE
from ct2xkeras.losses import detail_bands


@pytest.fixture
def layer():
    layer = EdgeEnhancement(num_bands=2)
    layer.build((None, 12, 10, 1), (None, 5))
    return layer


@pytest.fixture
def images(rng):
    return rng.uniform(-1, 1, (2, 12, 10, 1)).astype("float32")


@pytest.fixture
def styles(rng):
    return rng.normal(size=(2, 5)).astype("float32")


def test_every_style_starts_as_the_identity(layer, images, styles):
    np.testing.assert_array_equal(layer(images, styles), images)


def test_a_gain_amplifies_its_band_alone(layer, images, styles):
    layer.gains.bias.assign(np.array([0, 1.5]) / RATE)
    band = np.asarray(detail_bands(images, 2))[..., 1:]
    np.testing.assert_allclose(layer(images, styles), images + 1.5 * band, atol=1e-5)


def test_equal_gains_are_an_unsharp_mask(layer, images, styles):
    layer.gains.bias.assign(np.array([2, 2]) / RATE)
    blurred = np.stack([gaussian_filter(each, 2, mode="nearest") for each in images[..., 0]])
    expected = images[..., 0] + 2 * (images[..., 0] - blurred)
    np.testing.assert_allclose(layer(images, styles)[..., 0], expected, atol=1e-5)


def test_gains_below_zero_soften(layer, images, styles):
    layer.gains.bias.assign(np.array([-1, 0]) / RATE)
    blurred = np.stack([gaussian_filter(each, 1, mode="nearest") for each in images[..., 0]])
    np.testing.assert_allclose(layer(images, styles)[..., 0], blurred, atol=1e-5)


def test_each_picture_follows_its_own_style_only(layer, images, styles, rng):
    layer.gains.kernel.assign(rng.normal(size=(5, 2)))
    before = np.asarray(layer(images, styles))
    styles[1] += 1
    after = np.asarray(layer(images, styles))
    np.testing.assert_array_equal(before[0], after[0])
    assert np.abs(before[1] - after[1]).max() > 1e-3
