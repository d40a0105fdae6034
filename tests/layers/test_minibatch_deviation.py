import numpy as np

from ct2xkeras.layers import MinibatchDeviation, minibatch_deviation


def test_it_is_the_mean_deviation_and_zero_for_one(rng):
    features = rng.normal(size=(6, 4, 4, 3)).astype("float32")
    expected = features.std(axis=0).mean()
    np.testing.assert_allclose(minibatch_deviation(features), np.full(6, expected), atol=2e-4)
    np.testing.assert_allclose(minibatch_deviation(features[:1]), [0], atol=1e-7)


def test_groups_do_not_depend_on_how_many_are_in_the_batch(rng):
    features = rng.normal(size=(6, 4, 4, 3)).astype("float32")
    whole = minibatch_deviation(features, group_size=2)
    parts = [minibatch_deviation(features[i : i + 2]) for i in (0, 2, 4)]
    np.testing.assert_allclose(whole, np.concatenate(parts), rtol=1e-6)
    assert len(np.unique(whole)) == 3


def test_one_channel_is_added(rng):
    features = rng.normal(size=(6, 4, 4, 3)).astype("float32")
    out = np.asarray(MinibatchDeviation()(features))
    np.testing.assert_array_equal(out[..., :3], features)
    assert out.shape[-1] == 4
    assert np.ptp(out[..., 3]) == 0
