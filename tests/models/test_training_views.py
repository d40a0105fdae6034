import numpy as np
import tensorflow as tf

from ct2xkeras.models.random_draws import PURPOSES, step_key
from ct2xkeras.models.views import flatten_views, moved_copies


def test_views_point_to_their_volumes(rng):
    batch = {
        "volume": tf.constant(rng.normal(size=(2, 4, 4, 4, 1))),
        "spacing": tf.ones([2, 3]),
        "pose": tf.constant(rng.normal(size=(2, 3, 12))),
        "drr": tf.constant(rng.normal(size=(2, 3, 8, 8, 1))),
    }
    views = flatten_views(batch)
    assert views["volume_index"].numpy().tolist() == [0, 0, 0, 1, 1, 1]
    np.testing.assert_array_equal(views["drr"][4], batch["drr"][1, 1])
    np.testing.assert_array_equal(views["pose"][2], batch["pose"][0, 2])
    assert views["volume"] is batch["volume"]


def test_moved_copies_are_the_same_for_the_same_key_and_mirrored(rng):
    images = tf.constant(rng.normal(size=(2, 32, 32, 1)).astype("float32"))
    first, again, other = (moved_copies(images, tf.constant([0, n])) for n in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0
    # Somewhere in the mirrored picture the original's middle stands.
    middle = images.numpy()[0, 8:24, 8:24, 0][:, ::-1]
    found = [
        np.abs(first.numpy()[0, r : r + 16, c : c + 16, 0] - middle).max() < 1e-6
        for r in range(17)
        for c in range(17)
    ]
    assert any(found)


def test_keys_differ_for_every_seed_step_and_purpose():
    keys = {
        tuple(step_key(seed, tf.constant(step), purpose).numpy())
        for seed in (0, 1, 2)
        for step in (0, 1, 2)
        for purpose in PURPOSES
    }
    assert len(keys) == 3 * 3 * len(PURPOSES)


def test_a_key_is_the_same_in_a_graph():
    compiled = tf.function(lambda step: step_key(5, step, "noise"))
    np.testing.assert_array_equal(compiled(tf.constant(7)), step_key(5, tf.constant(7), "noise"))
