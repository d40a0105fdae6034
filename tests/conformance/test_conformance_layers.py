"""Every public layer and network against everything that a Keras user may do with one."""

import functools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from cases import BATCH, CASES, ELSEWHERE, EXPORTED_ELSEWHERE, LAYERS, SAVED_ELSEWHERE
from keras import tree

import ct2xkeras.layers
import ct2xkeras.metrics.extractors
import ct2xkeras.models
import ct2xkeras.projection

PACKAGES = (
    ct2xkeras.layers,
    ct2xkeras.metrics.extractors,
    ct2xkeras.models,
    ct2xkeras.projection,
)

each_layer = pytest.mark.parametrize("name", CASES)

# ------------------------------------------------------------------ what the checks share


@functools.cache
def built(name):
    """The layer with weights that are all at work, and its outputs."""
    keras.utils.set_random_seed(0)
    layer = CASES[name].make()
    layer(*CASES[name].inputs)
    rng = np.random.default_rng(1)  # zeros of an initializer would hide what they multiply
    for weight in layer.trainable_weights:
        weight.assign_add(rng.normal(scale=0.05, size=weight.shape).astype("float32"))
    return layer, layer(*CASES[name].inputs)


@functools.cache
def functional(name):
    """The layer in a functional model, whose symbolic inputs have no batch size."""
    layer, _ = built(name)
    inputs = tree.map_structure(
        lambda array: keras.Input(array.shape[1:], dtype=str(array.dtype)), CASES[name].inputs
    )
    return keras.Model(tree.flatten(inputs), layer(*inputs))


def flat_inputs(name, count=BATCH):
    return [tf.constant(array[:count]) for array in tree.flatten(CASES[name].inputs)]


def assert_equal(found, expected, atol=1e-5):
    found, expected = tree.flatten(found), tree.flatten(expected)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=atol)


# ------------------------------------------------------------------ the matrix


def public_layers():
    for package in PACKAGES:
        for name in package.__all__:
            value = getattr(package, name)
            if isinstance(value, type) and issubclass(value, keras.layers.Layer):
                yield value


def test_every_public_layer_is_registered():
    registered = {type(case.make()) for case in CASES.values()}
    missing = {layer.__name__ for layer in set(public_layers()) - registered}
    assert missing == set(ELSEWHERE), "Add the layer to tests/conformance/cases.py."


@each_layer
def test_it_comes_back_from_its_config(name):
    layer, outputs = built(name)
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(layer)))
    twin = keras.saving.deserialize_keras_object(config)
    assert twin.get_config() == layer.get_config()
    twin(*CASES[name].inputs)
    twin.set_weights(layer.get_weights())
    assert_equal(twin(*CASES[name].inputs), outputs)


@pytest.mark.parametrize("name", sorted(set(CASES) - set(SAVED_ELSEWHERE)))
def test_it_comes_back_from_a_file(name, tmp_path):
    functional(name).save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert_equal(loaded(flat_inputs(name)), built(name)[1])


def one_of_each_class():
    """The first case of each class: variants differ in options, which exports know nothing of."""
    first = {}
    for name, case in CASES.items():
        first.setdefault(type(case.make()), name)
    return sorted(set(first.values()) - set(EXPORTED_ELSEWHERE))


@pytest.mark.parametrize("name", one_of_each_class())
def test_an_export_serves_any_batch_size(name, tmp_path):
    functional(name).export(tmp_path, verbose=False)
    served = tf.saved_model.load(tmp_path)
    _, outputs = built(name)
    assert_equal(served.serve(flat_inputs(name)), outputs)
    one = served.serve(flat_inputs(name, 1))
    if CASES[name].per_example:
        assert_equal(one, tree.map_structure(lambda array: array[:1], outputs))


@each_layer
def test_its_symbolic_outputs_tell_shape_and_type(name):
    symbolic = tree.flatten(functional(name).output)
    for spec, array in zip(symbolic, tree.flatten(built(name)[1]), strict=True):
        assert spec.shape == (None, *array.shape[1:])
        assert spec.dtype == array.dtype.name


@each_layer
def test_bfloat16_is_near_float32(name):
    layer, outputs = built(name)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        low = CASES[name].make()
        low(*CASES[name].inputs)
        low.set_weights(layer.get_weights())
        rounded = low(*CASES[name].inputs)
    finally:
        keras.config.set_dtype_policy("float32")
    assert all(weight.dtype == "float32" for weight in low.weights)
    for one, other in zip(tree.flatten(rounded), tree.flatten(outputs), strict=True):
        error = np.abs(tf.cast(one, "float32") - other)
        assert np.isfinite(error).all()
        assert error.mean() < 0.01 * np.abs(other).max()


@pytest.mark.parametrize("name", LAYERS)
def test_two_replicas_see_what_one_device_sees(name, two_replicas):
    layer, outputs = built(name)
    strategy = two_replicas()
    with strategy.scope():
        mirrored = CASES[name].make()
        mirrored(*CASES[name].inputs)
        mirrored.set_weights(layer.get_weights())
    replicas = strategy.run(mirrored, args=CASES[name].inputs)
    for values, output in zip(tree.flatten(replicas), tree.flatten(outputs), strict=True):
        assert len(values.values) == 2
        for value in values.values:
            np.testing.assert_allclose(value, output, rtol=1e-4, atol=1e-5)


@each_layer
def test_every_weight_has_a_finite_gradient(name):
    layer, idle = built(name)[0], CASES[name].idle
    inputs = tree.map_structure(tf.constant, CASES[name].inputs)
    busy = [w.value for w in layer.trainable_weights if idle is None or idle not in w.path]
    sources = busy or inputs[:1]  # a layer without weights passes gradients on
    with tf.GradientTape() as tape:
        tape.watch(inputs[:1])
        outputs = tree.flatten(layer(*inputs))
        loss = sum(tf.reduce_mean(tf.square(output - 0.5)) for output in outputs)
    for gradient in tape.gradient(loss, sources):
        assert gradient is not None
        assert np.isfinite(gradient).all()
