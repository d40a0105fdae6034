from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.losses import (
    gradient_penalty,
    noise_projection,
    path_length_penalty,
    path_lengths,
)


def test_gradient_penalty_by_hand():
    gradients = np.array([[[1.0], [2]], [[0], [-3]]], "float32")
    np.testing.assert_allclose(gradient_penalty(gradients), [5, 9])


def test_penalties_are_computed_in_float32():
    gradients = tf.fill([2, 4], tf.constant(300.0, "float16"))
    np.testing.assert_allclose(gradient_penalty(gradients), 4 * 9e4)  # float16 ends at 65504
    np.testing.assert_allclose(path_lengths(gradients), 600)


def test_noise_projection_by_hand():
    images = np.arange(8, dtype="float32").reshape(2, 2, 2, 1)
    noise = np.ones_like(images)
    np.testing.assert_allclose(noise_projection(images, noise), [6 / 2, 22 / 2])


def test_path_lengths_and_penalty_by_hand():
    lengths = path_lengths(np.array([[3.0, 4], [0, 1]], "float32"))
    np.testing.assert_allclose(lengths, [5, 1])
    np.testing.assert_allclose(path_length_penalty(lengths, 2.0), [9, 1])


def test_a_style_that_moves_nothing_has_a_finite_gradient():
    gradients = tf.zeros([2, 3])
    with tf.GradientTape() as tape:
        tape.watch(gradients)
        value = path_length_penalty(path_lengths(gradients), 1.0)
    np.testing.assert_array_equal(tape.gradient(value, gradients), np.zeros((2, 3)))


def test_path_length_of_a_linear_generator_does_not_depend_on_the_picture_size(rng):
    """x^ = scale * s everywhere: the expected squared length is scale^2, whatever the size."""

    def mean_square(side):
        style = tf.ones([400, 1])
        noise = rng.normal(size=(400, side, side, 1)).astype("float32")
        with tf.GradientTape() as tape:
            tape.watch(style)
            images = 3 * style[:, None, None, :] * tf.ones([1, side, side, 1])
            projection = tf.reduce_sum(noise_projection(images, noise))
        return float(tf.reduce_mean(path_lengths(tape.gradient(projection, style)) ** 2))

    assert mean_square(4) == pytest.approx(9, rel=0.3)
    assert mean_square(32) == pytest.approx(9, rel=0.3)


def test_the_mean_length_gets_no_gradient():
    mean = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(mean)
        value = path_length_penalty(tf.ones([2]) * 3, mean)
    assert tape.gradient(value, mean) is None


def smooth(features, *slope):
    """Nearly a leaky rectifier, without its kink."""
    return 0.2 * features + 0.8 * keras.ops.softplus(4 * features) / 4


@pytest.fixture
def tiny_discriminator(monkeypatch):
    """It judges whole pictures: all layers of the other kind are among its own."""
    from ct2xkeras.models import PRESETS, Discriminator

    monkeypatch.setattr("ct2xkeras.layers.residual.ops.leaky_relu", smooth)
    keras.utils.set_random_seed(0)
    network = Discriminator(replace(PRESETS["tiny"], patch_halvings=0))
    network.build((None, 32, 32, 1))
    network.stem.activation = network.whole[-1].activation = smooth
    return network


@pytest.mark.parametrize("which", ["stem", "block_0", "block_2", "last", "logit", ""])
def test_r1_parameter_gradient_of_the_discriminator_equals_central_differences(
    tiny_discriminator, rng, which
):
    """Of each part's kernels along a random direction, and of all kernels at once.

    With smooth activations: at the kink of a leaky rectifier R1 jumps, and however small a step,
    some pixel crosses it. What has to be proven are the second derivatives of all else.
    """
    real = tf.constant(rng.uniform(-1, 1, (2, 32, 32, 1)).astype("float32"))
    kernels = [
        weight
        for weight in tiny_discriminator.trainable_variables
        if "kernel" in weight.name and which in weight.path
    ]
    assert kernels

    @tf.function
    def penalty_and_gradients():
        with tf.GradientTape() as outer:
            with tf.GradientTape() as tape:
                tape.watch(real)
                score = tf.reduce_sum(tiny_discriminator(real))
            value = tf.reduce_sum(gradient_penalty(tape.gradient(score, real)))
        return value, outer.gradient(value, [kernel.value for kernel in kernels])

    starts = [kernel.numpy() for kernel in kernels]
    directions = [rng.normal(size=start.shape) * np.std(start) for start in starts]
    _, gradients = penalty_and_gradients()
    slope = sum(float(np.sum(g * d)) for g, d in zip(gradients, directions, strict=True))
    step, ends = 2e-3, []
    for sign in (1, -1):
        for kernel, start, direction in zip(kernels, starts, directions, strict=True):
            kernel.assign(start + sign * step * direction)
        ends.append(float(penalty_and_gradients()[0]))
    for kernel, start in zip(kernels, starts, strict=True):
        kernel.assign(start)
    assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(slope, rel=3e-2)
