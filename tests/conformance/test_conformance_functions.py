"""Every public loss and metric against what training and evaluation ask of one."""

import dataclasses
import json
import types

import keras
import numpy as np
import pytest
import tensorflow as tf
from function_cases import (
    BATCH,
    LOSS_HELPERS,
    LOSSES,
    METRIC_HELPERS,
    METRICS,
    NEED_WEIGHTS,
    RUNNING_METRICS,
)

import ct2xkeras.losses
import ct2xkeras.metrics

each_loss = pytest.mark.parametrize("name", LOSSES)
each_metric = pytest.mark.parametrize("name", METRICS)
each_running = pytest.mark.parametrize("name", RUNNING_METRICS)


def public_functions(package):
    return {
        name for name in package.__all__ if isinstance(getattr(package, name), types.FunctionType)
    }


def test_every_public_function_is_registered():
    advice = "Add the function to tests/conformance/function_cases.py."
    assert public_functions(ct2xkeras.losses) == LOSSES.keys() | LOSS_HELPERS, advice
    assert public_functions(ct2xkeras.metrics) == METRICS.keys() | METRIC_HELPERS, advice


# ------------------------------------------------------------------ losses


@each_loss
def test_it_gives_one_number_per_example(name):
    loss, arguments, further = LOSSES[name]
    values = loss(*map(tf.constant, arguments), *further)
    assert values.shape == (BATCH,)
    assert values.dtype == "float32"


@each_loss
def test_an_unknown_batch_size_changes_nothing(name):
    loss, arguments, further = LOSSES[name]
    arrays = [*arguments, *further]
    graph = tf.function(loss, input_signature=[unknown_batch(array) for array in arrays])
    eager = loss(*map(tf.constant, arrays))
    # A cross-entropy near 0 has the rounding of its logits, which are near 10.
    np.testing.assert_allclose(graph(*arrays), eager, rtol=1e-5, atol=2e-6)
    assert graph(*(array[:1] if array.shape else array for array in arrays)).shape == 1


def unknown_batch(array):
    return tf.TensorSpec((None, *array.shape[1:]) if array.shape else ())


@each_loss
@pytest.mark.parametrize("scale", [0, 1, 100])
def test_its_gradient_is_finite_on_flat_usual_and_extreme_inputs(name, scale):
    loss, arguments, further = LOSSES[name]
    arguments = [tf.constant(scale * array) for array in arguments]
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        total = tf.reduce_sum(loss(*arguments, *further))
    gradients = tape.gradient(total, arguments)
    assert gradients[0] is not None
    assert all(np.isfinite(gradient).all() for gradient in gradients if gradient is not None)


# ------------------------------------------------------------------ metrics


@each_metric
def test_equal_inputs_score_best(name):
    case = METRICS[name]
    assert case.score(case.function(*case.equal)) < case.score(case.function(*case.unlike))


@each_metric
def test_numpy_in_gives_plain_numbers_out(name):
    case = METRICS[name]
    result = case.function(*case.equal)
    numbers = vars(result).values() if dataclasses.is_dataclass(result) else [result]
    for number in numbers:
        assert isinstance(number, int | float | tuple | np.floating | np.ndarray)


@each_metric
def test_wrong_shapes_are_refused(name):
    case = METRICS[name]
    with pytest.raises(ValueError, match=r"."):
        case.function(*case.wrong)


# ------------------------------------------------------------------ Keras metrics


def fed(name, batches):
    kwargs, _ = RUNNING_METRICS[name]
    metric = getattr(ct2xkeras.metrics, name)(**kwargs)
    for batch in batches:
        metric.update_state(*batch)
    return metric


def test_every_public_keras_metric_is_registered():
    public = (getattr(ct2xkeras.metrics, name) for name in ct2xkeras.metrics.__all__)
    kinds = {k.__name__ for k in public if isinstance(k, type)}
    running = {k for k in kinds if issubclass(getattr(ct2xkeras.metrics, k), keras.metrics.Metric)}
    assert running == RUNNING_METRICS.keys() | NEED_WEIGHTS


@each_running
def test_merged_parts_are_one_pass(name):
    _, (first, second) = RUNNING_METRICS[name]
    merged = fed(name, [])
    merged.merge_state([fed(name, [first]), fed(name, [second])])
    assert merged.result() == pytest.approx(fed(name, [first, second]).result(), rel=1e-12)


@each_running
def test_after_a_reset_it_has_seen_nothing(name):
    _, (first, second) = RUNNING_METRICS[name]
    metric = fed(name, [first])
    metric.reset_state()
    metric.update_state(*second)
    assert metric.result() == pytest.approx(fed(name, [second]).result(), rel=1e-12)


@each_running
def test_its_state_is_float64_in_variables(name):
    variables = fed(name, []).variables
    assert variables
    assert {v.dtype for v in variables} == {"float64"}


@each_running
def test_a_metric_comes_back_from_its_config(name):
    metric = fed(name, [])
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(metric)))
    twin = keras.saving.deserialize_keras_object(config)
    assert type(twin) is type(metric)
    assert twin.get_config() == metric.get_config()
    twin.merge_state([metric])


@each_running
def test_other_metrics_are_not_merged(name):
    with pytest.raises(ValueError, match=rf"expected metrics of {name}.*received Mean with"):
        fed(name, []).merge_state([keras.metrics.Mean()])
