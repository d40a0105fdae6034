import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.losses import perceptual_distance


@pytest.fixture
def features(rng):
    shapes = [(2, 4, 4, 3), (2, 2, 2, 5)]
    pairs = [rng.normal(size=(2, *shape)).astype("float32") for shape in shapes]
    heads = [rng.uniform(size=shape[-1]).astype("float32") for shape in shapes]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs], heads


def test_one_position_by_hand():
    """(3, 4) has direction (0.6, 0.8), (2, 0) has (1, 0)."""
    a, b = np.array([3.0, 4]).reshape(1, 1, 1, 2), np.array([2.0, 0]).reshape(1, 1, 1, 2)
    found = perceptual_distance([a], [b], [np.array([1.0, 2.0])])
    np.testing.assert_allclose(found, [1 * 0.4**2 + 2 * 0.8**2], rtol=1e-6)


def test_positions_are_averaged_and_layers_summed():
    a, b = np.zeros((2, 1, 2, 2, 1), "float32")
    a[..., 0] = 5
    b[0, 0, 0], b[0, 0, 1], b[0, 1] = -5, 1, 2  # opposite direction at one of four positions
    head = np.array([3.0], "float32")
    np.testing.assert_allclose(perceptual_distance([a], [b], [head]), [3 * 4 / 4])
    np.testing.assert_allclose(
        perceptual_distance([a, a], [b, b], [head, 2 * head]), [3 + 6], rtol=1e-6
    )


def test_it_is_a_symmetric_distance_of_directions(features):
    a, b, heads = features
    distance = np.asarray(perceptual_distance(a, b, heads))
    assert (distance > 0.01).all()
    np.testing.assert_allclose(perceptual_distance(b, a, heads), distance, rtol=1e-6)
    np.testing.assert_array_equal(perceptual_distance(a, a, heads), [0, 0])
    scaled = [7 * features_of_layer for features_of_layer in a]
    np.testing.assert_allclose(perceptual_distance(scaled, b, heads), distance, rtol=1e-5)


def test_zero_features_have_a_finite_and_moderate_gradient(features):
    a, b, heads = features
    zeros = [tf.zeros_like(layer) for layer in a]
    with tf.GradientTape() as tape:
        tape.watch(zeros)
        value = perceptual_distance(zeros, b, heads)
    assert all(np.abs(gradient).max() < 10 for gradient in tape.gradient(value, zeros))
    assert np.isfinite(value).all()


def test_a_missing_head_is_refused(features):
    a, b, heads = features
    with pytest.raises(ValueError, match="zip"):
        perceptual_distance(a, b, heads[:1])
