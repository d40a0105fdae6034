import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.methods import METHODS
from ct2xkeras.models import CT2XGAN

NUM_STEPS = 200
MIXED = "mixed_bfloat16"

each_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


@contextlib.contextmanager
def by_default(policy):
    """Layers made inside compute so unless they are told otherwise."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@pytest.fixture
def bfloat16():
    with by_default(MIXED):
        yield


def made(kind, **kwargs):
    model = kind("tiny", name="model", **kwargs)
    model.build()
    return model


def policies(model):
    """{path: what it computes in} of all parts."""
    return {layer.path: layer.compute_dtype for layer in model._flatten_layers()}


@each_method
@pytest.mark.parametrize(("asked", "default"), [(MIXED, "float32"), ("float32", MIXED)])
def test_every_part_takes_the_dtype_that_the_model_is_given(method, asked, default):
    with by_default(asked):
        expected = policies(made(method.model_class()))
    with by_default(default):
        model = made(method.model_class(), dtype=asked)
    assert policies(model) == expected
    assert ("bfloat16" in expected.values()) is (asked == MIXED)
    assert {weight.dtype for weight in model.weights} <= {"float32", "int64"}


@each_method
@pytest.mark.parametrize("kind", ["model_class", "networks_class"])
def test_a_saved_model_computes_as_it_did(method, kind, tmp_path):
    with by_default(MIXED):
        model = made(getattr(method, kind)())
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert policies(loaded) == policies(model)
    for one, other in zip(loaded.weights, model.weights, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.long
def test_training_in_bfloat16_stays_finite(bfloat16, make_batch):
    model = CT2XGAN.from_preset("tiny")
    assert model.networks.generator.compute_dtype == "bfloat16"
    adam = {"learning_rate": 1e-3, "beta_1": 0.0, "beta_2": 0.99}
    model.compile(keras.optimizers.Adam(**adam), keras.optimizers.Adam(**adam))
    batches = [make_batch(model.architecture, seed=seed) for seed in range(4)]
    dataset = tf.data.Dataset.from_tensor_slices(
        {name: np.stack([batch[name] for batch in batches]) for name in batches[0]}
    ).repeat()
    history = model.fit(
        dataset, epochs=10, steps_per_epoch=NUM_STEPS // 10, verbose=0, shuffle=False
    )
    for name, values in history.history.items():
        assert np.isfinite(values).all(), name
    for variable in model.weights:
        assert variable.dtype in ("float32", "int64"), variable.path
        assert np.isfinite(variable).all(), variable.path
    assert int(model.g_optimizer.iterations) == NUM_STEPS
