import numpy as np

from ct2xkeras.layers import RayAttention, attend_along_rays


def test_equal_keys_give_the_mean_of_the_values(rng):
    query = rng.normal(size=(1, 2, 2, 2, 3)).astype("float32")
    keys = np.ones((1, 2, 2, 5, 2, 3), "float32")
    values = rng.normal(size=(1, 2, 2, 5, 2, 3)).astype("float32")
    attended = np.asarray(attend_along_rays(query, keys, values))
    np.testing.assert_allclose(attended, values.mean(axis=3), atol=1e-5)


def test_a_matching_key_takes_all():
    query = np.full((1, 1, 1, 1, 4), 10.0, "float32")
    keys = np.zeros((1, 1, 1, 3, 1, 4), "float32")
    keys[0, 0, 0, 1] = 10
    values = np.arange(3, dtype="float32").reshape(1, 1, 1, 3, 1, 1)
    np.testing.assert_allclose(attend_along_rays(query, keys, values), 1.0)


def test_a_ray_that_misses_has_no_content_and_others_their_own(rng):
    layer = RayAttention(8)
    view = rng.normal(size=(1, 2, 2, 4)).astype("float32")
    pose = rng.normal(size=(1, 6)).astype("float32")
    samples = rng.normal(size=(1, 2, 2, 3, 5)).astype("float32")
    inside = np.ones((1, 2, 2, 1), bool)
    inside[0, 0, 1] = False
    before = np.asarray(layer(view, pose, samples, inside))
    assert not before[0, 0, 1].any()
    samples[0, 1, 1] += 1
    after = np.asarray(layer(view, pose, samples, inside))
    changed = np.abs(after - before).max(axis=-1)[0] > 1e-6
    np.testing.assert_array_equal(changed, [[False, False], [False, True]])


def test_depth_matters(rng):
    layer = RayAttention(8)
    view = rng.normal(size=(1, 1, 1, 4)).astype("float32")
    pose = rng.normal(size=(1, 6)).astype("float32")
    samples = rng.normal(size=(1, 1, 1, 6, 5)).astype("float32")
    inside = np.ones((1, 1, 1, 1), bool)
    forward = np.asarray(layer(view, pose, samples, inside))
    backward = np.asarray(layer(view, pose, samples[:, :, :, ::-1], inside))
    assert np.abs(forward - backward).max() > 1e-4
