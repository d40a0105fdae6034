import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.models import CT2XGAN

NUM_STEPS = 200


@pytest.fixture
def bfloat16():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


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
