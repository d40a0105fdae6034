from itertools import pairwise

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.metrics.extractors import PerceptualDistance
from ct2xkeras.metrics.extractors.known_weights import KNOWN_WEIGHTS


@pytest.fixture(scope="module")
def random_distance(network_file, heads_file):
    return PerceptualDistance(network_file, heads_file)


@pytest.fixture(scope="module")
def pictures():
    """Smooth pictures of waves, (3, 48, 64, 1)."""
    y, x = np.indices((48, 64)) / 64
    waves = [np.sin(7 * x + 5 * n * y) * np.cos(3 * n + 6 * y) for n in range(3)]
    return 0.8 * np.stack(waves)[..., None].astype("float32")


def noisy(pictures, amount):
    noise = np.random.default_rng(3).normal(size=pictures.shape)
    return (pictures + amount * noise).astype("float32")


@pytest.fixture(params=["random", "real"])
def distance(request):
    if request.param == "random":
        return request.getfixturevalue("random_distance")
    folder = request.getfixturevalue("real_weights")
    return PerceptualDistance(
        folder / "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5",
        folder / "lpips_v0.1_squeeze.pth",
        *(KNOWN_WEIGHTS[n].sources[0].sha256 for n in ("squeezenet-keras", "lpips-squeeze")),
    )


def test_equal_pictures_are_at_no_distance_and_noise_moves_them_apart(distance, pictures):
    values = [np.asarray(distance(noisy(pictures, a), pictures)) for a in (0, 0.02, 0.1, 0.4)]
    assert values[0].shape == (3,)
    np.testing.assert_array_equal(values[0], 0)
    for less, more in pairwise(values):
        assert (less < more).all()


def test_gradients_reach_the_pictures_and_neither_the_targets_nor_the_weights(
    random_distance, pictures
):
    assert random_distance.network.trainable_variables == []
    images, targets = tf.constant(noisy(pictures, 0.1)), tf.constant(pictures)
    with tf.GradientTape() as tape:
        tape.watch([images, targets])
        total = tf.reduce_sum(random_distance(images, targets))
    to_images, to_targets = tape.gradient(total, [images, targets])
    assert np.isfinite(to_images).all()
    assert np.abs(to_images).max() > 0
    assert to_targets is None


@pytest.mark.parametrize("grey", [-1.0, 0.3, 1.0])
def test_the_gradient_is_finite_at_flat_and_at_equal_pictures(random_distance, pictures, grey):
    flat = tf.fill(pictures.shape, grey)
    for targets in (pictures, flat):
        with tf.GradientTape() as tape:
            tape.watch(flat)
            total = tf.reduce_sum(random_distance(flat, targets))
        assert np.isfinite(tape.gradient(total, flat)).all()


def test_the_gradient_is_the_slope(random_distance, pictures):
    images = tf.constant(noisy(pictures, 0.2))
    with tf.GradientTape() as tape:
        tape.watch(images)
        total = tf.reduce_sum(random_distance(images, pictures))
    gradient = tape.gradient(total, images)
    direction = gradient / tf.norm(gradient)
    step = 0.02
    ahead, behind = (random_distance(images + s * direction, pictures) for s in (step, -step))
    slope = tf.reduce_sum(ahead - behind) / (2 * step)
    np.testing.assert_allclose(slope, tf.norm(gradient), rtol=0.02)


def test_it_is_the_same_in_a_graph_and_under_xla(random_distance, pictures):
    moved = noisy(pictures, 0.1)
    eager = random_distance(moved, pictures)
    for jit in (False, True):
        compiled = tf.function(random_distance.__call__, jit_compile=jit)
        np.testing.assert_allclose(compiled(moved, pictures), eager, rtol=1e-3)


def test_without_heads_all_channels_count_the_same(network_file, random_distance, pictures):
    plain = PerceptualDistance(network_file)
    assert plain.name == "squeezenet-keras-cosine"
    assert random_distance.name == "squeezenet-keras-lpips-heads"
    assert plain(noisy(pictures, 0.1), pictures).shape == (3,)
    # |a - b|^2 of unit vectors with positive entries is at most 2, in each of seven layers.
    assert (np.asarray(plain(noisy(pictures, 2.0), pictures)) < 14).all()


def test_heads_of_another_network_are_refused(tmp_path, network_file, save_torch):
    heads = {"lin0.model.1.weight": np.ones((1, 64, 1, 1), "float32")}
    path = save_torch(tmp_path / "one.pth", heads, "zip")
    with pytest.raises(ValueError, match=r"one\.pth: expected .*\[64, 128.*512\].*found \[64\]"):
        PerceptualDistance(network_file, path)


def test_small_pictures_are_refused(random_distance):
    with pytest.raises(ValueError, match=r"32 x 32 pixels or more, found \(31, 40\)"):
        random_distance(np.zeros((1, 31, 40, 1)), np.zeros((1, 31, 40, 1)))
