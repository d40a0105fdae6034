import math

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from ct2xkeras.baselines.drr2xray.patch_contrast import (
    PatchProjection,
    features_at,
    patch_contrast,
    patch_positions,
)

PLACES = 16


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype("float32")


def test_two_places_by_hand():
    # Own similarities 0.6 and 1; the others' 0.8 and 0.
    queries = np.array([[[0.6, 0.8], [0.0, 1.0]]], "float32")
    keys = np.array([[[1.0, 0.0], [0.0, 1.0]]], "float32")
    t = 0.5
    first = -math.log(math.exp(0.6 / t) / (math.exp(0.6 / t) + math.exp(0.8 / t)))
    second = -math.log(math.exp(1 / t) / (math.exp(1 / t) + math.exp(0)))
    np.testing.assert_allclose(patch_contrast(queries, keys, t), [(first + second) / 2], rtol=1e-5)


def test_it_is_least_where_places_match_and_chance_where_they_are_alike():
    apart = np.eye(PLACES, dtype="float32")[None]
    alike = unit(np.ones((1, PLACES, 4)))
    (least,) = np.asarray(patch_contrast(apart, apart, 0.07))
    (chance,) = np.asarray(patch_contrast(alike, alike, 0.07))
    assert least < 1e-4
    assert chance == pytest.approx(math.log(PLACES), rel=1e-5)


def test_shuffled_places_are_worse_than_chance_and_each_picture_stands_alone(rng):
    keys = unit(rng.normal(size=(2, PLACES, 64)))
    queries = keys.copy()
    queries[1] = np.roll(queries[1], 1, axis=0)
    matching, shuffled = np.asarray(patch_contrast(queries, keys, 0.07))
    assert matching < 0.1
    assert shuffled > math.log(PLACES)


def test_no_gradient_goes_through_the_keys(rng):
    queries, keys = (tf.constant(unit(rng.normal(size=(1, PLACES, 8)))) for _ in range(2))
    with tf.GradientTape() as tape:
        tape.watch([queries, keys])
        loss = patch_contrast(queries, keys, 0.07)
    of_queries, of_keys = tape.gradient(loss, [queries, keys])
    assert of_keys is None
    assert float(tf.reduce_max(tf.abs(of_queries))) > 0


def test_positions_are_drawn_without_repetition_and_all_come_up(rng):
    draws = rng.random((200, PLACES)).astype("float32")
    positions = np.asarray(patch_positions(draws, PLACES, 4))
    assert positions.shape == (200, 4)
    assert all(len(set(row)) == 4 for row in positions)
    assert set(positions.ravel()) == set(range(PLACES))
    everywhere = np.asarray(patch_positions(draws, PLACES, 256))
    np.testing.assert_array_equal(np.sort(everywhere), np.tile(np.arange(PLACES), (200, 1)))


def test_features_are_taken_row_by_row():
    features = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    positions = np.array([[0, 7], [11, 4]])
    np.testing.assert_array_equal(
        features_at(features, positions),
        [[features[0, 0, 0], features[0, 1, 3]], [features[1, 2, 3], features[1, 1, 0]]],
    )


def test_projected_features_have_length_one(rng):
    layers = [rng.normal(size=(2, 6, channels)).astype("float32") for channels in (1, 5)]
    projected = PatchProjection(8)(layers)
    for each in projected:
        assert each.shape == (2, 6, 8)
        np.testing.assert_allclose(ops.norm(each, axis=-1), 1, atol=1e-3)
