import json
from dataclasses import asdict

import keras
import pytest
import tensorflow as tf

from ct2xkeras.models import CT2XGAN, PRESETS
from ct2xkeras.models.summary import summarize, total_flops

TINY = PRESETS["tiny"]


@pytest.fixture(scope="module")
def tiny():
    return summarize("tiny")


@pytest.fixture(scope="module")
def model():
    model = CT2XGAN(TINY)
    model.build()
    return model


def flops_of(layer, shape):
    run = tf.function(layer).get_concrete_function(tf.TensorSpec(shape))
    return total_flops(run.graph.get_operations())


@pytest.mark.parametrize(
    ("layer", "shape", "flops"),
    [
        (keras.layers.Conv2D(5, 3, padding="same"), (2, 8, 6, 4), 2 * (2 * 8 * 6 * 5) * (9 * 4)),
        (keras.layers.Conv2D(5, 3, 2, "same"), (1, 8, 6, 4), 2 * (4 * 3 * 5) * (9 * 4)),
        (keras.layers.Conv3D(5, 2), (1, 4, 4, 4, 3), 2 * (27 * 5) * (8 * 3)),
        (keras.layers.Dense(7), (3, 10), 2 * 3 * 7 * 10),
        (keras.layers.Dense(7), (3, 4, 10), 2 * 12 * 7 * 10),
        (lambda x: tf.matmul(x, x, transpose_a=True), (3, 4, 5), 2 * (3 * 5 * 5) * 4),
        (keras.layers.LeakyReLU(), (3, 10), 0),
    ],
)
def test_operations_are_two_for_each_multiply_add(layer, shape, flops):
    assert flops_of(layer, shape) == flops


def test_parameters_are_those_that_keras_counts(tiny, model):
    assert tiny.parameters == {
        "synthesizer": model.networks.count_params(),
        "discriminator": model.discriminator.count_params(),
    }


def test_layers_add_up_to_their_network(tiny):
    networks = [layer for layer in tiny.layers if "/" not in layer.name]
    assert len(networks) == 5
    for network in networks:
        inside = [layer for layer in tiny.layers if layer.name.startswith(network.name + "/")]
        assert sum(layer.parameters for layer in inside) == network.parameters
        assert 0 < sum(layer.flops for layer in inside) <= network.flops


def test_output_shapes_are_those_of_the_layers(tiny):
    outputs = {layer.name: layer.outputs for layer in tiny.layers}
    assert outputs["ct_encoder"] == ((2, 2, 2, 8), (4, 4, 4, 8))
    assert outputs["ct_encoder/block_0"] == ((4, 4, 4, 8),)
    assert outputs["pose_attention"] == ((8, 8, 8), (16, 16, 8), (32, 32, 4))
    assert outputs["generator/first_1"] == ((16, 16, 12),)
    assert outputs["discriminator"] == ((4, 4),)


def test_memory_is_weights_two_slots_of_adam_and_the_averaged_copy(tiny, model):
    model.compile("adam", "adam")
    held = sum(
        variable.shape.num_elements() - (variable.name in ("iteration", "learning_rate"))
        for optimizer in (model.g_optimizer, model.d_optimizer)
        for variable in optimizer.variables
    )
    assert tiny.memory == {
        "weights": 4 * sum(tiny.parameters.values()),
        "optimizer": 4 * held,
        "average": 4 * model.ema_networks.count_params(),
    }


def test_a_discriminator_of_drrs_is_counted(tiny):
    both = summarize(TINY.to_dict() | {"drr_discriminator": True})
    assert both.parameters["discriminator"] == 2 * tiny.parameters["discriminator"]
    assert "drr_discriminator/stem" in [layer.name for layer in both.layers]


def test_a_summary_is_plain_data(tiny):
    assert json.loads(json.dumps(asdict(tiny)))["flops"] == tiny.flops
