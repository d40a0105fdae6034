"""EG3D's layers: equalised learning rates, binomial filters, modulation, mapping."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from ct2xkeras.baselines.eg3d.equalized import EqualizedConv2D, EqualizedDense
from ct2xkeras.baselines.eg3d.filtering import blurred, halved, resized, smoothed
from ct2xkeras.baselines.eg3d.mapping import MappingNetwork
from ct2xkeras.baselines.eg3d.synthesis import StyledConv, SynthesisBlock, doubling_conv
from ct2xkeras.layers import modulated_conv


def normal(rng, *shape):
    return rng.normal(size=shape).astype("float32")


# ---------------------------------------------------------------------- equalised rates


@pytest.mark.parametrize("rate", [1.0, 0.01])
def test_a_step_of_adam_moves_a_layer_by_its_rate_whatever_its_width(rng, rate):
    moves = []
    for width in (16, 1024):
        layer = EqualizedDense(64, rate=rate)
        layer.build((None, width))
        before = layer.scaled_kernel().numpy()
        assert before.std() == pytest.approx(width**-0.5, rel=0.1)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(normal(rng, 8, width)) ** 2)
        adam = keras.optimizers.Adam(1e-3, epsilon=1e-12)
        adam.apply(tape.gradient(loss, layer.trainable_variables), layer.trainable_variables)
        moves.append(np.abs(layer.scaled_kernel() - before).mean() / before.std())
    np.testing.assert_allclose(moves, 1e-3 * rate, rtol=0.05)


def test_variance_stays_through_dense_layers_and_convolutions(rng):
    dense = EqualizedDense(512, "leaky_relu")
    conv = EqualizedConv2D(64, activation="leaky_relu")
    for values in (dense(normal(rng, 256, 64)), conv(normal(rng, 2, 32, 32, 32))):
        assert np.mean(np.square(values)) == pytest.approx(1, abs=0.15)


def test_a_bias_starts_at_its_effective_value():
    layer = EqualizedDense(3, initial_bias=1.0, rate=0.01)
    np.testing.assert_allclose(layer(np.zeros((2, 5), "float32")), 1.0, rtol=1e-6)


def test_the_mapping_ignores_the_length_of_a_latent_and_sees_labels(rng):
    mapping = MappingNetwork(16, 2)
    mapping.build((None, 8), (None, 4))
    z, label = normal(rng, 3, 8), normal(rng, 3, 4)
    code = np.asarray(mapping(z, label))
    np.testing.assert_allclose(mapping(5 * z, label), code, rtol=1e-4, atol=1e-5)
    assert np.abs(mapping(z, -label) - code).max() > 0.1
    assert np.mean(code**2) == pytest.approx(1, abs=0.7)


# ---------------------------------------------------------------------- filters


def test_the_filter_is_one_three_three_one(rng):
    image = np.zeros((1, 4, 4, 1), "float32")
    image[0, 2, 1] = 64
    taps = np.array([1, 3, 3, 1])
    expected = np.zeros((5, 5))  # the filter reaches two pixels back and one ahead
    expected[1:5, 0:4] = np.outer(taps, taps)
    np.testing.assert_allclose(smoothed(image, pad=2)[0, ..., 0], expected, atol=1e-5)


def test_halving_keeps_the_mean_and_takes_every_second_place(rng):
    image = normal(rng, 2, 8, 8, 3)
    image[:, [0, -1]] = image[:, :, [0, -1]] = 0  # what the filter carries out at an edge is lost
    half = np.asarray(halved(image))
    np.testing.assert_allclose(half.mean((1, 2)), image.mean((1, 2)), atol=1e-6)
    np.testing.assert_allclose(half, smoothed(image, pad=1)[:, ::2, ::2], atol=1e-6)


@pytest.mark.parametrize("sides", [(8, 16), (16, 8), (12, 8), (8, 12)])
def test_resizing_is_tensorflows_and_keeps_constants(rng, sides):
    old, new = sides
    image = normal(rng, 2, old, old, 3)
    expected = tf.image.resize(image, (new, new), antialias=True)
    np.testing.assert_allclose(resized(image, new), expected, atol=1e-5)
    np.testing.assert_allclose(resized(np.ones_like(image), new), 1, atol=1e-6)


def test_a_blur_keeps_constants_and_fades_out(rng):
    image = normal(rng, 2, 16, 16, 2)
    np.testing.assert_allclose(blurred(np.ones_like(image), 3.0), 1, atol=1e-5)
    np.testing.assert_array_equal(blurred(image, 0.0), image)
    point = np.zeros((1, 17, 17, 1), "float32")
    point[0, 8, 8] = 1
    row = np.asarray(blurred(point, 2.0))[0, 8, :, 0]
    assert row[10] / row[8] == pytest.approx(0.5, rel=1e-4)  # 2^-((x / sigma)^2)
    assert row.argmax() == 8


# ---------------------------------------------------------------------- synthesis


def test_a_doubling_convolution_is_a_convolution_of_the_enlarged_picture(rng):
    features, kernel = normal(rng, 1, 8, 8, 3), normal(rng, 3, 3, 3, 2)
    between = np.zeros((1, 16, 16, 3), "float32")
    between[:, ::2, ::2] = features
    enlarged = 4 * np.asarray(smoothed(between, pad=2))[:, :-1, :-1]
    # A transposed convolution turns its kernel around.
    expected = ops.conv(enlarged, kernel[::-1, ::-1], padding="same")
    found = doubling_conv(features, kernel)
    assert found.shape == (1, 16, 16, 2)
    np.testing.assert_allclose(found[:, 2:-2, 2:-2], expected[:, 2:-2, 2:-2], atol=1e-4)


def test_doubling_keeps_a_constant_and_the_place_of_a_point():
    kernel = np.zeros((3, 3, 1, 1), "float32")
    kernel[1, 1] = 1
    flat = np.asarray(doubling_conv(np.ones((1, 8, 8, 1), "float32"), kernel))
    np.testing.assert_allclose(flat[:, 2:-2, 2:-2], 1, atol=1e-6)
    point = np.zeros((1, 8, 8, 1), "float32")
    point[0, 3, 5] = 1
    large = np.asarray(doubling_conv(point, kernel))[0, ..., 0]
    place = [(np.indices(large.shape)[axis] * large).sum() / large.sum() for axis in (0, 1)]
    np.testing.assert_allclose(place, [2 * 3 + 0.5, 2 * 5 + 0.5], atol=1e-5)
    assert large.sum() == pytest.approx(4)


def test_modulation_is_undone_by_demodulation_when_doubling(rng):
    features, kernel = normal(rng, 2, 4, 4, 3), normal(rng, 3, 3, 3, 5)
    style = rng.uniform(0.5, 2, (2, 3)).astype("float32")
    results = [
        modulated_conv(features, kernel, s, convolve=doubling_conv) for s in (style, 7 * style)
    ]
    np.testing.assert_allclose(*results, rtol=1e-4, atol=1e-5)


def test_noise_has_no_effect_until_its_strength_is_learned(rng):
    layer = StyledConv(4)
    layer.build((None, 8, 8, 3), (None, 5))
    features, code, noise = normal(rng, 2, 8, 8, 3), normal(rng, 2, 5), normal(rng, 2, 8, 8, 1)
    plain = np.asarray(layer(features, code))
    np.testing.assert_array_equal(layer(features, code, noise), plain)
    layer.strength.assign(1.0)
    assert np.abs(layer(features, code, noise) - plain).max() > 0.1


@pytest.mark.parametrize(
    "layer",
    [
        EqualizedDense(4, "leaky_relu"),
        EqualizedConv2D(4, 1, 2),
        StyledConv(3, True),
        SynthesisBlock(3, 2, noise=False),
        MappingNetwork(4, 2),
    ],
    ids=lambda layer: layer.name,
)
def test_config_round_trip(layer):
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert twin.get_config() == layer.get_config()
