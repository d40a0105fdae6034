import numpy as np
import pytest

from ct2xkeras.layers import CharacteristicCurve, hinges


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


def test_a_bias_shifts_every_grey_value(layer, images, styles):
    layer.curve.bias.assign([0.25, 0, 0, 0, 0])
    np.testing.assert_allclose(layer(images, styles), images + 0.25, atol=1e-6)


def test_pieces_have_the_slopes_that_their_hinges_add_up_to(layer, styles):
    layer.curve.bias.assign([0, -0.5, 1.0, 0, -1.5])
    grey = np.linspace(-1, 1, 401, dtype="float32")
    images = np.tile(grey, (2, 1, 1))[..., None]
    slopes = np.diff(layer(images, styles)[0, 0, :, 0]) / np.diff(grey)
    pieces = slopes.reshape(4, 100)
    np.testing.assert_allclose(
        pieces, np.broadcast_to([[0.5], [1.5], [1.5], [0]], (4, 100)), atol=1e-3
    )


def test_each_picture_follows_its_own_style_only(layer, images, styles, rng):
    layer.curve.kernel.assign(rng.normal(size=(5, 5)))
    before = np.asarray(layer(images, styles))
    styles[1] += 1
    after = np.asarray(layer(images, styles))
    np.testing.assert_array_equal(before[0], after[0])
    assert np.abs(before[1] - after[1]).max() > 1e-3
