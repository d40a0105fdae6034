import numpy as np

from ct2xkeras.layers import downsample, upsample


def test_a_ramp_stays_a_ramp_inside():
    ramp = np.tile(np.arange(8, dtype="float32")[None, :, None, None], (1, 1, 4, 1))
    doubled = np.asarray(upsample(ramp))[0, :, 0, 0]
    np.testing.assert_allclose(np.diff(doubled)[1:-1], 0.5, atol=1e-6)


def test_doubling_then_halving_keeps_the_mean(rng):
    images = rng.normal(size=(2, 6, 4, 3)).astype("float32")
    back = np.asarray(downsample(upsample(images)))
    assert back.shape == images.shape
    np.testing.assert_allclose(back.mean(axis=(1, 2)), images.mean(axis=(1, 2)), atol=1e-5)
