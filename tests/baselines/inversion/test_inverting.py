import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.baselines.inversion import fit_loss, invert, invert_latents
from ct2xkeras.baselines.inversion.adam import adam_move
from ct2xkeras.baselines.inversion.loss import tone
from ct2xkeras.baselines.inversion.prior import prior_draws
from ct2xkeras.baselines.inversion.targets import TONE_DRAWS, distances, fit_target
from ct2xkeras.methods import METHODS

STEPS = 60


@pytest.fixture(scope="module")
def search(blobs):
    """The inversion of any number of CTs, as it is exported."""
    networks = blobs(STEPS)
    volumes, spacings = tf.TensorSpec([None, 20, 20, 20, 1]), tf.TensorSpec([None, 3])
    return tf.function(networks.encode_ct, [volumes, spacings], autograph=False)


def mean_distance(networks, latents, volume, spacing):
    target = fit_target(networks, volume, spacing)
    return distances(networks, tf.convert_to_tensor(latents), target, tf.range(6)).numpy()


def test_blobs_are_found_from_the_drrs_of_their_ct(search, blobs, ct_of, places):
    networks, ct = blobs(0), ct_of(places)
    (latents,) = search(*ct)
    before = mean_distance(networks, invert(networks, *ct, steps=0)[0], *ct)
    after = mean_distance(networks, latents, *ct)
    assert np.all(before > 0.2)
    assert np.all(after < 0.01)
    off = np.linalg.norm(latents.numpy().reshape(places.shape) - places, axis=-1)
    assert np.max(off) < 4  # mm; blobs are 18 wide


def test_a_ct_gives_the_same_latents_in_any_batch(search, ct_of, places):
    volume, spacing = ct_of(places)
    (together,) = search(volume, spacing)
    (alone,) = search(volume[1:2], spacing[1:2])
    np.testing.assert_allclose(alone[0], together[1], atol=0.1)  # mm


def test_without_steps_it_is_the_middle_of_the_prior(blobs, ct_of, places):
    networks = blobs(0)
    latents = invert_latents(networks, *ct_of(places), steps=0)
    np.testing.assert_array_equal(latents, np.repeat(networks.mean_latents(), 3, axis=0))


def test_tones_are_the_mean_of_draws_of_the_prior_for_each_ct_and_view(blobs, ct_of, places):
    networks, (volume, spacing) = blobs(0), ct_of(places)
    target = fit_target(networks, volume, spacing)
    each = [
        tone(networks.draw([draw[None]], *[None] * 2, poses, None, np.zeros(6, int), *[None] * 3))
        for draw in prior_draws(networks, TONE_DRAWS)
        for poses in target.poses
    ]
    expected = np.mean(np.reshape(each, (TONE_DRAWS, len(volume), 6, 2)), axis=0)
    np.testing.assert_allclose(target.tones, expected, atol=1e-5)
    assert np.std(expected[:, :, 0]) > 1e-4


def test_the_tone_of_the_drr_does_not_count_and_edges_do(rng):
    drr = rng.uniform(-1, 1, (2, 32, 32, 1)).astype("float32")
    everywhere, pictures = np.ones_like(drr), 0.3 * drr - 0.2
    assert np.max(fit_loss(pictures, drr, everywhere, tone(pictures))) < 1e-3
    assert np.min(fit_loss(drr[::-1], drr, everywhere, tone(drr[::-1]))) > 0.8


def test_a_tone_that_leaves_the_priors_costs_its_square(rng):
    pictures = rng.uniform(-1, 1, (2, 32, 32, 1)).astype("float32")
    everywhere, tones = np.ones_like(pictures), np.asarray(tone(pictures))
    np.testing.assert_allclose(tones[:, 0], pictures.mean((1, 2, 3)), atol=1e-6)
    np.testing.assert_allclose(tones[:, 1], pictures.std((1, 2, 3)), atol=1e-5)
    change = [[0.3, 0.0], [0.3, -0.4]]
    found = fit_loss(pictures, pictures, everywhere, tones + change)
    np.testing.assert_allclose(found, [0.09, 0.25], atol=1e-3)


def test_small_pictures_are_compared_with_the_mean_of_the_drr(rng):
    small = rng.uniform(-1, 1, (1, 16, 16, 1)).astype("float32")
    drr = np.kron(small, np.ones((1, 2, 2, 1))).astype("float32")
    assert np.max(fit_loss(small, drr, np.ones_like(drr), tone(small))) < 1e-5


def test_adam_moves_by_its_rate_at_first_whatever_the_gradient():
    gradient = np.array([1e-4, -3.0, 0.0], "float32")
    move, means = adam_move(gradient, (np.zeros(3, "float32"),) * 2, step=0)
    np.testing.assert_allclose(move, [1, -1, 0], atol=1e-3)
    again, _ = adam_move(gradient, means, step=1)
    np.testing.assert_allclose(again, move, atol=1e-3)


@pytest.mark.slow
def test_a_compiled_search_finds_one_patient_after_the_other_at_128():
    """TensorFlow left a temporary variable behind where slopes went through a loop in the search's
    loop, and the second call failed. Smaller presets did not show it."""
    networks = METHODS["eg3d"].networks_class()("base128")
    networks.inversion_steps = 2
    networks.build()
    search = tf.function(networks.encode_ct, autograph=False)
    volume = np.random.default_rng(0).normal(
        size=(1, *networks.architecture.volume_size, 1), scale=400
    )
    spacing = tf.fill([1, 3], 3.0)
    first, again = (search(tf.constant(volume, tf.int16), spacing) for _ in range(2))
    np.testing.assert_array_equal(first[0], again[0])
