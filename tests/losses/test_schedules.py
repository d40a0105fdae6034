import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.losses.schedules import Schedule, as_schedule, weight_at

WHOLE = Schedule(0.7, warm_up=1000, decay_from=3000, decay_to=5000, final=0.1)
# The end of a training of 5 thousand million images, where float32 and int32 both fail to count.
LONG = Schedule(0.7, decay_from=5_000_000_000, decay_to=5_000_000_003, final=0.1)


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (0, 0.0),
        (500, 0.35),
        (1000, 0.7),
        (2000, 0.7),
        (3000, 0.7),
        (4000, 0.385),
        (5000, 0.7 * 0.1),
        (10**9, 0.7 * 0.1),
    ],
)
def test_values_by_hand(images, expected):
    assert float(weight_at(WHOLE, images)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("images", [0, 1000, 3000, 5000, 6000])
def test_corners_are_exact(images):
    expected = {0: 0.0, 1000: 0.7, 3000: 0.7}.get(images, 0.7 * 0.1)
    assert np.asarray(weight_at(WHOLE, images)) == np.float32(expected)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_graphs_count_in_int64_and_give_float32(jit_compile):
    compiled = tf.function(
        lambda images: (weight_at(WHOLE, images), weight_at(LONG, images)),
        input_signature=[tf.TensorSpec([], tf.int64)],
        jit_compile=jit_compile,
    )
    for images in (0, 500, 1000, 4000, 5000, 5_000_000_001, 5_000_000_003):
        found = compiled(tf.constant(images, "int64"))
        assert {value.dtype for value in found} == {tf.float32}
        np.testing.assert_allclose(
            found, [weight_at(WHOLE, images), weight_at(LONG, images)], rtol=1e-6
        )
    assert float(weight_at(LONG, 5_000_000_001)) == pytest.approx(0.7 * (2 / 3 + 0.1 / 3))


def test_many_counts_at_once():
    found = weight_at(Schedule(2.0, warm_up=4), np.arange(6))
    np.testing.assert_array_equal(found, [0, 0.5, 1, 1.5, 2, 2])


def test_decay_may_follow_warm_up_at_once_and_reach_zero():
    schedule = Schedule(1.0, warm_up=4, decay_from=4, decay_to=8, final=0.0)
    np.testing.assert_array_equal(weight_at(schedule, [3, 4, 5, 8, 9]), [0.75, 1, 0.75, 0, 0])


def test_a_number_is_a_constant_schedule():
    assert weight_at(0.5, 10**12) == 0.5
    assert weight_at(Schedule(0.5), tf.constant(3, "int64")) == 0.5
    assert as_schedule(0.5) == Schedule(0.5) == as_schedule({"weight": 0.5})
    assert as_schedule(WHOLE) is WHOLE


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"weight": -1}, "weight=-1: expected a number of 0 or more"),
        ({"weight": "much"}, "weight='much': expected a number"),
        ({"weight": float("nan")}, "weight=nan: expected a number"),
        ({"weight": 1, "warm_up": -1}, "warm_up=-1: expected a count of images"),
        ({"weight": 1, "warm_up": 0.5}, "warm_up=0.5: expected a count of images"),
        ({"weight": 1, "decay_to": 5}, "decay_to=5: .*without decay_from"),
        ({"weight": 1, "decay_from": 5}, "decay_to=None: expected images"),
        ({"weight": 1, "decay_from": 5, "decay_to": 5}, "decay_from=5: .*decay_to=5"),
        (
            {"weight": 1, "warm_up": 6, "decay_from": 5, "decay_to": 9},
            "decay_from=5: expected images between warm_up=6",
        ),
        ({"weight": 1, "final": 0.5}, "final=0.5: acts only with decay_from and decay_to"),
        (
            {"weight": 1, "decay_from": 5, "decay_to": 9, "final": -1},
            "final=-1: expected a number of 0 or more",
        ),
        ({"warm_up": 5}, "expected weight and any of warm_up, .*; received warm_up"),
        ({"weight": 1, "warmup": 5}, "received weight, warmup"),
    ],
)
def test_a_wrong_field_is_refused_by_name(fields, message):
    with pytest.raises(ValueError, match=message):
        as_schedule(fields)
