"""What the networks of an architecture cost: parameters, floating-point operations and memory.

Networks are built and traced, never run: only their weights take memory.
"""

import math
import re
from dataclasses import dataclass

import tensorflow as tf

from ct2xkeras.models.discriminator import Discriminator
from ct2xkeras.models.presets import resolve_architecture
from ct2xkeras.models.synthesizer import XraySynthesizer

BYTES = 4  # of a weight: weights stay in float32, whatever the policy
ADAM_SLOTS = 2  # values that Adam keeps for each weight


@dataclass(frozen=True)
class LayerSummary:
    """One network, or one layer of it.

    Args:
        name: path, `network` or `network/layer`.
        outputs: shapes without the batch, of one CT and one view; empty where unknown.
        parameters: number of weights.
        flops: floating-point operations, see `operation_flops`.
    """

    name: str
    outputs: tuple[tuple[int, ...], ...]
    parameters: int
    flops: int


@dataclass(frozen=True)
class ModelSummary:
    """Networks with their layers, and totals.

    Args:
        layers: `LayerSummary` of each network, followed by those of its layers.
        parameters: `synthesizer` (the generator side) and `discriminator`.
        flops: `encode` of one CT, one `view` of an encoded CT, one `style`, and one picture's
            `discriminator`.
        memory: bytes in training of the `weights`, the `optimizer` (Adam) and the averaged copy,
            `average`. Activations are left out: they depend on the batch and on TensorFlow.
    """

    layers: tuple[LayerSummary, ...]
    parameters: dict[str, int]
    flops: dict[str, int]
    memory: dict[str, int]


def summarize(architecture):
    """`ModelSummary` of an `Architecture`, its fields, or the name of a preset."""
    architecture = resolve_architecture(architecture)
    synthesizer, discriminators = build_networks(architecture)
    graph, outputs = trace_networks(architecture, synthesizer, discriminators)
    networks = {name: getattr(synthesizer, name, None) for name in outputs} | {
        network.name: network for network in discriminators
    }
    layers = [
        layer
        for name, network in networks.items()
        for layer in network_layers(network, outputs[name], graph)
    ]
    flops = {layer.name: layer.flops for layer in layers}
    return ModelSummary(
        layers=tuple(layers),
        parameters={
            "synthesizer": synthesizer.count_params(),
            "discriminator": sum(network.count_params() for network in discriminators),
        },
        flops={
            "encode": flops["ct_encoder"],
            "view": flops["pose_attention"] + flops["generator"],
            "style": flops["style_encoder"],
            "discriminator": flops["discriminator"],
        },
        memory=training_memory(synthesizer, discriminators),
    )


# ---------------------------------------------------------------------- networks


def build_networks(architecture):
    """The synthesiser and the list of discriminators, with weights."""
    synthesizer = XraySynthesizer(architecture)
    synthesizer.build()
    names = ["discriminator"] + ["drr_discriminator"] * architecture.drr_discriminator
    discriminators = [Discriminator(architecture, name=name) for name in names]
    for network in discriminators:
        network.build((None, architecture.image_size, architecture.image_size, 1))
    return synthesizer, discriminators


def trace_networks(architecture, synthesizer, discriminators):
    """Graph of every network on one CT and one view, and {network: its outputs}."""
    picture = tf.TensorSpec((1, architecture.image_size, architecture.image_size, 1))

    @tf.function(autograph=False)
    def run(volume, spacing, pose, image):
        index = tf.zeros([1], tf.int32)
        code = synthesizer.encode_ct(volume)
        contents = synthesizer.view_content(code, spacing, pose, index, image, image)
        styles = synthesizer.style_encoder(image)
        return {
            "ct_encoder": code,
            "style_encoder": styles,
            "pose_attention": contents,
            "generator": synthesizer.generator(contents, image, styles[0], index),
            **{network.name: network(image) for network in discriminators},
        }

    volume = tf.TensorSpec((1, *architecture.volume_size, 1))
    traced = run.get_concrete_function(
        volume, tf.TensorSpec((1, 3)), tf.TensorSpec((1, 12)), picture
    )
    return traced.graph, traced.structured_outputs


def network_layers(network, outputs, graph):
    """`LayerSummary` of a network, and of its layers that have weights."""
    shapes = tuple(tuple(output.shape[1:]) for output in tf.nest.flatten(outputs))
    operations = in_scope(graph.get_operations(), [network.name])
    rows = [LayerSummary(network.name, shapes, network.count_params(), total_flops(operations))]
    for name, parameters in parameters_of_layers(network).items():
        inside = in_scope(operations, [network.name, name])
        shapes = (tuple(inside[-1].outputs[0].shape[1:]),) if inside else ()
        flops = total_flops(inside)
        rows.append(LayerSummary(f"{network.name}/{name}", shapes, parameters, flops))
    return rows


def parameters_of_layers(network):
    """{child of the network: number of its weights}, in the order of building."""
    counts = {}
    for weight in network.weights:
        *_, inner = weight.path.partition(f"{network.name}/")
        child = inner.split("/")[0]
        counts[child] = counts.get(child, 0) + math.prod(weight.shape)
    return counts


def in_scope(operations, names):
    """Operations that were made by the layer of that path, in order."""
    # TensorFlow appends a number to a scope whose name was used before.
    pattern = re.compile("".join(rf"{re.escape(name)}(_\d+)?/" for name in names))
    return [operation for operation in operations if pattern.match(operation.name)]


# ---------------------------------------------------------------------- operations and memory


def operation_flops(operation):
    """Floating-point operations of a graph's node: two for each multiply-add.

    Counted are convolutions and products of matrices. Left out are projection and sampling along
    rays, which wait for memory rather than compute, normalisation, activations and sums.
    """
    if operation.type in ("Conv2D", "Conv3D"):
        each = math.prod(operation.inputs[1].shape[:-1])
    elif operation.type in ("MatMul", "BatchMatMulV2"):
        flag = "transpose_a" if operation.type == "MatMul" else "adj_x"
        each = operation.inputs[0].shape[-2 if operation.get_attr(flag) else -1]
    else:
        return 0
    return 2 * each * math.prod(operation.outputs[0].shape)


def total_flops(operations):
    return sum(map(operation_flops, operations))


def training_memory(synthesizer, discriminators):
    """Bytes of weights, of Adam's slots, and of the averaged copy of the synthesiser."""
    networks = [synthesizer, *discriminators]
    trainable = sum(math.prod(w.shape) for n in networks for w in n.trainable_weights)
    return {
        "weights": BYTES * sum(network.count_params() for network in networks),
        "optimizer": BYTES * ADAM_SLOTS * trainable,
        "average": BYTES * synthesizer.count_params(),
    }
