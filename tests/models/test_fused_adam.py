import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.models.fused_adam import FusedAdam

SETTINGS = {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.99, "epsilon": 1e-8}


def trained(optimizer, gradients, strategy=None):
    """A weight and a scalar after steps with given gradients, in a graph."""
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        weights = [keras.Variable(np.ones(shape, "float32")) for shape in ((2, 3), ())]
        optimizer = optimizer(**SETTINGS)
        optimizer.build(weights)

    @tf.function
    def step(gradient):
        def apply():
            own = tf.identity(gradient)
            optimizer.apply([own, own[0, 0]], weights)

        strategy.run(apply)

    for gradient in gradients:
        step(tf.constant(gradient))
    values = [weight.value for weight in weights]
    return [np.asarray(strategy.experimental_local_results(value)[0]) for value in values]


@pytest.mark.parametrize("beta_1", [0.0, 0.5])
def test_it_updates_as_keras_does(rng, monkeypatch, beta_1):
    monkeypatch.setitem(SETTINGS, "beta_1", beta_1)
    gradients = rng.normal(size=(5, 2, 3)).astype("float32")
    for found, expected in zip(
        trained(FusedAdam, gradients), trained(keras.optimizers.Adam, gradients), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_replicas_update_alike(rng, two_replicas):
    gradients = rng.normal(size=(3, 2, 3)).astype("float32")
    strategy = two_replicas()
    halves = trained(FusedAdam, gradients / 2, strategy)
    for found, expected in zip(halves, trained(FusedAdam, gradients), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_it_is_saved_by_name_and_settings():
    twin = keras.optimizers.deserialize(keras.optimizers.serialize(FusedAdam(**SETTINGS)))
    assert isinstance(twin, FusedAdam)
    config = twin.get_config()
    assert {name: config[name] for name in SETTINGS} == pytest.approx(SETTINGS)


@pytest.mark.parametrize("option", [{"amsgrad": True}, {"weight_decay": 0.1}])
def test_what_the_kernel_lacks_is_refused(option):
    with pytest.raises(ValueError, match="neither amsgrad nor weight_decay"):
        FusedAdam(**option)
