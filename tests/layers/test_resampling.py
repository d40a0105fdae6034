import numpy as np

from ct2xkeras.layers import upsample


def test_a_ramp_stays_a_ramp_inside():
    ramp = np.tile(np.arange(8, dtype="float32")[None, :, None, None], (1, 1, 4, 1))
    doubled = np.asarray(upsample(ramp))[0, :, 0, 0]
    np.testing.assert_allclose(np.diff(doubled)[1:-1], 0.5, atol=1e-6)


def test_doubling_keeps_the_mean(rng):
    images = rng.normal(size=(2, 6, 4, 3)).astype("float32")
    doubled = np.asarray(upsample(images))
    assert doubled.shape == (2, 12, 8, 3)
    np.testing.assert_allclose(doubled.mean(axis=(1, 2)), images.mean(axis=(1, 2)), atol=1e-5)
