import numpy as np
import pytest

from ct2xkeras.data.resampling import resample_image, resample_volume, resampling_matrix


@pytest.mark.parametrize(("num_in", "num_out"), [(64, 64), (100, 33), (33, 100), (7, 1), (1, 5)])
def test_a_constant_stays_constant(num_in, num_out):
    np.testing.assert_allclose(resampling_matrix(num_in, num_out).sum(1), 1, rtol=1e-6)


def test_the_same_size_changes_nothing():
    np.testing.assert_array_equal(resampling_matrix(9, 9), np.eye(9))


def test_a_ramp_keeps_its_place():
    ramp = np.arange(60.0)[None] + 0.5
    shrunk = resample_image(np.repeat(ramp, 4, 0), (4, 20))
    np.testing.assert_allclose(shrunk[0, 1:-1], (np.arange(20)[1:-1] + 0.5) * 3, rtol=1e-5)


def test_shrinking_does_not_alias():
    stripes = np.tile([0.0, 1.0], 30)[None].repeat(2, 0)
    assert np.ptp(resample_image(stripes, (2, 20))[:, 1:-1]) < 0.15


def test_axes_of_a_volume_are_independent():
    rng = np.random.default_rng(0)
    volume = rng.normal(size=(6, 8, 10))
    whole = resample_volume(volume, (3, 5, 12))
    in_turn = np.einsum("az,zyx->ayx", resampling_matrix(6, 3), volume)
    in_turn = np.stack([resample_image(plane, (5, 12)) for plane in in_turn])
    np.testing.assert_allclose(whole, in_turn, atol=1e-5)
