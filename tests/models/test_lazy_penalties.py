import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.models.lazy_penalties import PATH_LENGTH_SHARE, lazy_path_length, lazy_r1

KEY, MEAN = (1, 2), 0.3


@pytest.fixture(scope="module")
def render():
    """Pictures (n, 4, 4, 1) whose gradient in the codes differs from code to code."""
    directions = np.random.default_rng(0).normal(size=(3, 16)).astype("float32")
    return lambda styles: tf.reshape(tf.square(styles @ directions), [-1, 4, 4, 1])


@pytest.fixture
def styles(rng):
    return rng.normal(size=(4, 3)).astype("float32")


def path_length(render, styles, step=0):
    return lazy_path_length(render, tf.convert_to_tensor(styles), MEAN, KEY, step, interval=2)


def test_the_path_length_acts_on_every_second_step_twice_as_much(render, styles):
    values, mean = path_length(render, styles)
    # Noise is a picture's own: lengths come back from the values, which hold the mean.
    assert np.all(values > 0)
    assert mean != MEAN
    again, _ = path_length(render, styles, step=2)
    np.testing.assert_array_equal(again, values)
    silent, kept = path_length(render, styles, step=1)
    assert not np.any(silent)
    assert kept == np.float32(MEAN)


def test_the_running_mean_moves_towards_the_lengths_by_its_share(render, styles):
    values, mean = path_length(render, styles)
    lengths = mean + np.sqrt(values / 2)  # all above the mean here
    expected = MEAN + PATH_LENGTH_SHARE * (np.mean(lengths) - MEAN)
    assert float(mean) == pytest.approx(expected, rel=1e-5)


def test_the_path_length_does_not_depend_on_the_number_of_replicas(render, styles, two_replicas):
    expected, expected_mean = path_length(render, styles)
    strategy = two_replicas()
    parts = strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(styles[2 * context.replica_id_in_sync_group :][:2])
    )
    run = tf.function(lambda part: path_length(render, part), autograph=False)
    values, means = strategy.run(run, args=(parts,))
    found = np.concatenate(strategy.experimental_local_results(values))
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    for mean in strategy.experimental_local_results(means):
        assert float(mean) == pytest.approx(float(expected_mean), rel=1e-6)


def test_r1_of_a_linear_judge_is_its_squared_slope_times_the_interval():
    real = tf.zeros((2, 4, 4, 1))
    judge = lambda images: 3 * tf.reduce_sum(images, axis=(1, 2, 3))  # noqa: E731
    assert float(lazy_r1(judge, real, step=0, interval=4)) == pytest.approx(4 * 9 * 16)
    assert float(lazy_r1(judge, real, step=3, interval=4)) == 0
