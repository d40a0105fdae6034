import keras
import numpy as np
import pytest
from keras import ops

from ct2xkeras.layers import ModulatedConv2D, modulated_conv


@pytest.fixture
def case(rng):
    return (
        rng.normal(size=(2, 6, 5, 4)).astype("float32"),
        rng.normal(size=(3, 3, 4, 7)).astype("float32"),
        rng.uniform(0.5, 2, (2, 4)).astype("float32"),
    )


def test_it_equals_the_fused_form(case):
    features, kernel, style = case
    fused = kernel[None] * style[:, None, None, :, None]
    fused /= np.sqrt((fused**2).sum(axis=(1, 2, 3), keepdims=True) + 1e-8)
    expected = np.concatenate(
        [ops.conv(features[i : i + 1], fused[i], padding="same") for i in range(2)]
    )
    np.testing.assert_allclose(
        modulated_conv(features, kernel, style), expected, rtol=1e-4, atol=1e-5
    )


def test_the_scale_of_a_style_does_not_matter(case):
    features, kernel, style = case
    np.testing.assert_allclose(
        modulated_conv(features, kernel, 3 * style),
        modulated_conv(features, kernel, style),
        rtol=1e-4,
        atol=1e-5,
    )


def test_each_example_depends_on_its_own_style_only(case, rng):
    features, _, _ = case
    layer, styles = ModulatedConv2D(7), rng.normal(size=(2, 5)).astype("float32")
    before = np.asarray(layer(features, styles))
    styles[1] += 1
    after = np.asarray(layer(features, styles))
    np.testing.assert_array_equal(before[0], after[0])
    assert np.abs(before[1] - after[1]).max() > 1e-3


def test_config_round_trip():
    layer = ModulatedConv2D(7, kernel_size=1, name="m")
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert (twin.filters, twin.kernel_size, twin.name) == (7, 1, "m")
