import keras
import numpy as np
import pytest

from ct2xkeras.layers import RayAttention, attend_along_rays, depth_features


def softmax(scores):
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


@pytest.fixture
def case(rng):
    """view, pose_code, samples and inside of one view of 2 x 2 pixels, all rays inside."""
    view, pose = rng.normal(size=(1, 2, 2, 4)), rng.normal(size=(1, 6))
    samples, inside = rng.normal(size=(1, 2, 2, 6, 5)), np.ones((1, 2, 2, 1), bool)
    return view.astype("float32"), pose.astype("float32"), samples.astype("float32"), inside


def test_equal_keys_give_the_mean_of_the_values(rng):
    """Keys are equal for a query that asks for nothing in which the samples differ."""
    samples = rng.normal(size=(1, 2, 2, 5, 3)).astype("float32")
    samples[..., 0] = 1
    query = np.zeros((1, 2, 2, 2, 3 + 4), "float32")
    query[..., 0] = 7
    attended = np.asarray(attend_along_rays(query, samples, np.zeros((5, 4), "float32")))
    expected = np.repeat(samples.mean(axis=3)[:, :, :, None], 2, axis=3)
    np.testing.assert_allclose(attended, expected, atol=1e-5)


def test_a_matching_key_takes_all(rng):
    samples = rng.normal(size=(1, 1, 1, 3, 2)).astype("float32")
    samples[..., 0] = (0, 10, 0)
    query = np.zeros((1, 1, 1, 1, 2 + 4), "float32")
    query[..., 0] = 50
    attended = attend_along_rays(query, samples, np.zeros((3, 4), "float32"))
    np.testing.assert_allclose(attended[0, 0, 0, 0], samples[0, 0, 0, 1], rtol=1e-5)


def test_it_equals_attention_with_explicit_maps_of_keys_and_values(rng):
    """Keys K [f, depth] and values V f, the usual form: q K and V move to query and outcome."""
    pixels, heads, size, features, num = (2, 3, 2), 2, 5, 4, 6
    depth = np.asarray(depth_features(num))
    samples = rng.normal(size=(*pixels, num, features))
    plain_query = rng.normal(size=(*pixels, heads, size))
    key_map = rng.normal(size=(heads, size, features + depth.shape[1]))
    value_map = rng.normal(size=(heads, 3, features))

    beside = np.broadcast_to(depth, (*pixels, *depth.shape))
    tokens = np.concatenate([samples, beside], axis=-1)
    keys = np.einsum("hkf,...sf->...hsk", key_map, tokens)
    values = np.einsum("hvf,...sf->...hsv", value_map, samples)
    scores = np.einsum("...hk,...hsk->...hs", plain_query, keys) / np.sqrt(tokens.shape[-1])
    expected = np.einsum("...hs,...hsv->...hv", softmax(scores), values)

    query = np.einsum("...hk,hkf->...hf", plain_query, key_map)
    attended = attend_along_rays(
        query.astype("float32"), samples.astype("float32"), depth.astype("float32")
    )
    mapped = np.einsum("hvf,...hf->...hv", value_map, np.asarray(attended))
    np.testing.assert_allclose(mapped, expected, rtol=1e-3, atol=1e-4)


def test_a_ray_that_misses_has_no_content_and_others_their_own(case):
    layer, (view, pose, samples, inside) = RayAttention(8), case
    inside[0, 0, 1] = False
    before = np.asarray(layer(view, pose, samples, inside))
    assert not before[0, 0, 1].any()
    samples[0, 1, 1] += 1
    after = np.asarray(layer(view, pose, samples, inside))
    changed = np.abs(after - before).max(axis=-1)[0] > 1e-6
    np.testing.assert_array_equal(changed, [[False, False], [False, True]])


def test_the_order_along_the_ray_matters(case):
    layer, (view, pose, samples, inside) = RayAttention(8), case
    forward = np.asarray(layer(view, pose, samples, inside))
    backward = np.asarray(layer(view, pose, samples[:, :, :, ::-1], inside))
    assert np.abs(forward - backward).max() > 1e-4


def test_view_and_pose_choose_where_to_look(case):
    layer, (view, pose, samples, inside) = RayAttention(8), case
    before = np.asarray(layer(view, pose, samples, inside))
    assert np.abs(layer(view + 1, pose, samples, inside) - before).max() > 1e-4
    assert np.abs(layer(view, pose + 1, samples, inside) - before).max() > 1e-4


def test_waves_tell_every_depth_apart():
    waves = np.asarray(depth_features(16))
    assert np.abs(waves).max() <= 1
    apart = np.linalg.norm(waves[:, None] - waves, axis=-1) + np.eye(16)
    assert apart.min() > 0.1


def test_config_round_trip():
    layer = RayAttention(8, num_heads=3, name="ray")
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert (twin.filters, twin.num_heads, twin.name) == (8, 3, "ray")
