import keras
import numpy as np
import pytest

from ct2xkeras.layers import GlobalAttention, cross_attention, position_features


@pytest.fixture
def case(rng):
    """view, pose_code, tokens, positions, volume_index: three views of two volumes."""
    shapes = {"view": (3, 2, 4, 5), "pose": (3, 6), "tokens": (2, 7, 3), "positions": (2, 7, 3)}
    view, pose, tokens, positions = (rng.normal(size=s).astype("float32") for s in shapes.values())
    return view, pose, tokens, 100 * positions, np.array([1, 0, 1])


@pytest.fixture
def layer():
    return GlobalAttention(8)


def test_the_order_of_the_tokens_does_not_matter_with_their_positions(layer, case, rng):
    view, pose, tokens, positions, index = case
    expected = np.asarray(layer(*case))
    order = rng.permutation(tokens.shape[1])
    moved = layer(view, pose, tokens[:, order], positions[:, order], index)
    np.testing.assert_allclose(moved, expected, atol=1e-5)
    torn = layer(view, pose, tokens[:, order], positions, index)
    assert np.abs(torn - expected).max() > 1e-3


def test_each_view_looks_at_its_own_volume_only(layer, case):
    before = np.asarray(layer(*case))
    case[2][1] += 1
    after = np.asarray(layer(*case))
    changed = np.abs(after - before).max(axis=(1, 2, 3)) > 1e-4
    np.testing.assert_array_equal(changed, [True, False, True])


def test_each_pixel_asks_for_itself(layer, case):
    before = np.asarray(layer(*case))
    case[0][1, 0, 2] += 1
    changed = np.abs(np.asarray(layer(*case)) - before).max(axis=-1) > 1e-4
    assert np.argwhere(changed).tolist() == [[1, 0, 2]]


def test_the_pose_and_the_place_of_a_pixel_count(layer, case):
    view, pose, *rest = case
    flat = np.ones_like(view)
    before = np.asarray(layer(flat, pose, *rest))
    assert np.ptp(before, axis=(1, 2)).max() > 1e-4
    assert np.abs(layer(flat, pose + 1, *rest) - before).max() > 1e-4


def test_equal_keys_give_the_mean_and_a_matching_key_takes_all():
    values = np.arange(6, dtype="float32").reshape(1, 1, 3, 2)
    query, keys = np.full((1, 1, 1, 2), 10.0, "float32"), np.ones((1, 1, 3, 2), "float32")
    np.testing.assert_allclose(cross_attention(query, keys, values)[0, 0, 0], [2, 3], atol=1e-5)
    keys[0, 0, 1] = 10
    np.testing.assert_allclose(cross_attention(query, keys, values)[0, 0, 0], [2, 3], atol=1e-5)
    keys[0, 0, 2] = 20
    np.testing.assert_allclose(cross_attention(query, keys, values)[0, 0, 0], [4, 5], atol=1e-5)


def test_waves_of_positions_by_hand():
    waves = np.asarray(position_features(np.array([[0.0, 500.0, 0.0]], "float32")))[0]
    np.testing.assert_allclose(waves[:5], 0)
    np.testing.assert_allclose(waves[5:10], [1, 0, 0, 0, 0], atol=1e-5)
    np.testing.assert_allclose(waves[20:25], [0, -1, 1, 1, 1], atol=1e-5)


def test_heads_must_divide_the_filters():
    with pytest.raises(ValueError, match="filters=8 must be divisible by num_heads=3"):
        GlobalAttention(8, num_heads=3)


def test_config_round_trip():
    layer = GlobalAttention(9, num_heads=3, name="g")
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert (twin.filters, twin.num_heads, twin.name) == (9, 3, "g")
