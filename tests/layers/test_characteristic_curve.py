import numpy as np
import pytest

from ct2xkeras.layers import CharacteristicCurve, hinges
from ct2xkeras.layers.characteristic_curve import RATE, exposed


@pytest.fixture
def layer(rng):
    """A curve of four pieces whose style code of length 5 acts on it: knots -1, -0.5, 0, 0.5."""
    layer = CharacteristicCurve(num_knots=4)
    layer.build((None, 4, 6, 1), (None, 5))
    return layer


@pytest.fixture
def images(rng):
    return rng.uniform(-1, 1, (2, 4, 6, 1)).astype("float32")


@pytest.fixture
def styles(rng):
    return rng.normal(size=(2, 5)).astype("float32")


def test_hinges_by_hand():
    bends = hinges(np.array([[-1.0], [-0.25], [0.75]], "float32"), 4)
    expected = [[0, 0, 0, 0], [0.75, 0.25, 0, 0], [1.75, 1.25, 0.75, 0.25]]
    np.testing.assert_allclose(bends, expected)


def test_every_style_starts_as_the_identity(layer, images, styles):
    np.testing.assert_array_equal(layer(images, styles), images)


def shape(layer, exposure=0.0, offset=0.0, slopes=(0.0, 0, 0, 0)):
    layer.curve.bias.assign(np.array([exposure, offset, *slopes]) / RATE)


def test_an_offset_shifts_every_grey_value(layer, images, styles):
    shape(layer, offset=0.25)
    np.testing.assert_allclose(layer(images, styles), images + 0.25, atol=1e-6)


def test_exposed_pictures_forget_brightness_and_contrast(images):
    even = np.asarray(exposed(images))
    np.testing.assert_allclose(even.mean(axis=(1, 2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(even.std(axis=(1, 2, 3)), 0.5, atol=1e-3)
    np.testing.assert_allclose(exposed(0.5 * images + 0.3), even, atol=5e-3)
    assert not np.any(exposed(np.full((1, 4, 4, 1), 0.7, "float32")))


def test_full_exposure_gives_the_exposed_picture(layer, images, styles):
    shape(layer, exposure=1.0)
    np.testing.assert_allclose(layer(images, styles), exposed(images), atol=1e-6)


def test_pieces_have_the_slopes_that_their_hinges_add_up_to(layer, styles):
    shape(layer, exposure=1.0, slopes=(-0.5, 1.0, 0, -1.5))
    images = np.tile(np.linspace(-1, 1, 401, dtype="float32"), (2, 1, 1))[..., None]
    even = np.asarray(exposed(images))[0, 0, :, 0]
    slopes = np.diff(layer(images, styles)[0, 0, :, 0]) / np.diff(even)
    middles = (even[1:] + even[:-1]) / 2
    for low, slope in ((-0.75, 0.5), (-0.25, 1.5), (0.25, 1.5), (0.75, 0)):
        piece = slopes[np.abs(middles - low) < 0.2]
        assert len(piece) > 10
        np.testing.assert_allclose(piece, slope, atol=2e-3)


def test_each_picture_follows_its_own_style_only(layer, images, styles, rng):
    layer.curve.kernel.assign(rng.normal(size=(5, 6)))
    before = np.asarray(layer(images, styles))
    styles[1] += 1
    after = np.asarray(layer(images, styles))
    np.testing.assert_array_equal(before[0], after[0])
    assert np.abs(before[1] - after[1]).max() > 1e-3
