import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.layers import pixel_noise

SIZE = (96, 112)
SEEDS = [0, 1, 2, 12345, -1, -7, 2**31 - 1, -(2**31), 2**40 + 3]


def noise(seeds, stream=0, size=SIZE):
    return np.asarray(pixel_noise(np.asarray(seeds), [stream], *size))[..., 0]


def correlation(first, second):
    return np.corrcoef(first.ravel(), second.ravel())[0, 1]


def test_it_is_normal_for_every_seed():
    for values in noise(SEEDS):
        assert values.mean() == pytest.approx(0, abs=0.04)  # 4 standard errors
        assert values.var() == pytest.approx(1, abs=0.06)
        assert (np.abs(values) < 1).mean() == pytest.approx(0.6827, abs=0.02)
        assert (values**4).mean() == pytest.approx(3, abs=0.4)


def test_neighbouring_pixels_are_independent():
    for values in noise(SEEDS):
        assert correlation(values[1:], values[:-1]) == pytest.approx(0, abs=0.04)
        assert correlation(values[:, 1:], values[:, :-1]) == pytest.approx(0, abs=0.04)
        assert correlation(values[1:, 1:] ** 2, values[:-1, :-1] ** 2) == pytest.approx(0, abs=0.04)


def test_streams_and_seeds_are_independent():
    pictures = [noise([seed], stream)[0] for seed in (0, 1, 2, -1) for stream in (0, 1, 2)]
    correlations = np.corrcoef(np.reshape(pictures, (len(pictures), -1))) - np.eye(len(pictures))
    assert np.abs(correlations).max() < 0.045


def test_a_picture_is_the_same_alone_and_in_a_batch():
    together = noise(SEEDS, 3)
    for seed, expected in zip(SEEDS, together, strict=True):
        np.testing.assert_array_equal(noise([seed], 3)[0], expected)


@pytest.mark.parametrize("jit", [False, True])
def test_graphs_and_xla_give_the_same(jit):
    compiled = tf.function(lambda seeds: pixel_noise(seeds, [1], *SIZE), jit_compile=jit)
    given = np.asarray(compiled(tf.constant(SEEDS, tf.int64)))[..., 0]
    np.testing.assert_allclose(given, noise(SEEDS, 1), atol=1e-5)


def test_the_type_of_the_seeds_does_not_matter():
    seeds = [3, -5, 2**31 - 1]
    narrow, wide = (noise(np.array(seeds, dtype)) for dtype in ("int32", "int64"))
    np.testing.assert_array_equal(narrow, wide)


def test_an_unknown_batch_size_is_taken():
    function = tf.function(
        lambda seeds: pixel_noise(seeds, [0], 4, 5),
        input_signature=[tf.TensorSpec((None,), tf.int32)],
    )
    assert function(tf.constant([1, 2, 3])).shape == (3, 4, 5, 1)
