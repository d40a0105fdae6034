"""The Inception graph of 2015-12-05 as it was published, with random weights.

Written down node by node from its public description, apart from the package's own tables, and with
the operations that it had: graphs older than version 9 may use the batch normalisation of then.
"""

import numpy as np
import tensorflow as tf
from tensorflow.core.framework import graph_pb2

PRODUCER = 8
SIDE = 299


class GraphBuilder:
    """Collects the nodes of a frozen graph."""

    def __init__(self, seed):
        self.graph = graph_pb2.GraphDef()
        self.graph.versions.producer = PRODUCER
        self.rng = np.random.default_rng(seed)

    def node(self, op, name, inputs, **attributes):
        node = self.graph.node.add(op=op, name=name, input=inputs)
        node.attr["T"].type = tf.float32.as_datatype_enum
        for key, value in attributes.items():
            if isinstance(value, list):
                node.attr[key].list.i.extend(value)
            elif isinstance(value, bool):
                node.attr[key].b = value
            elif isinstance(value, float):
                node.attr[key].f = value
            elif isinstance(value, int):
                node.attr[key].i = value
            else:
                node.attr[key].s = value.encode()
        return name

    def constant(self, name, value):
        value = np.asarray(value)
        dtype = "int32" if value.dtype.kind == "i" else "float32"
        node = self.graph.node.add(op="Const", name=name)
        node.attr["dtype"].type = tf.as_dtype(dtype).as_datatype_enum
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value.astype(dtype)))
        return name

    def conv(self, name, below, channels, size, strides=1, padding="SAME"):
        """Convolution, normalisation and rectifier; `below` is (node, channels)."""
        source, before = below
        height, width = (size, size) if isinstance(size, int) else size
        fan_in = height * width * before
        kernel = self.rng.standard_normal((height, width, before, channels), "float32")
        weights = self.constant(f"{name}/conv2d_params", kernel * np.sqrt(2 / fan_in))
        convolved = self.node(
            "Conv2D", f"{name}/Conv2D", [source, weights], strides=[1, strides, strides, 1],
            padding=padding,
        )  # fmt: skip
        norm = [
            self.constant(f"{name}/batchnorm/{what}", self.rng.uniform(low, high, channels))
            for what, low, high in (
                ("moving_mean", -0.5, 0.5),
                ("moving_variance", 0.5, 2),
                ("beta", -0.5, 0.5),
                ("gamma", 0.5, 1.5),
            )
        ]
        normed = self.node(
            "BatchNormWithGlobalNormalization", f"{name}/batchnorm", [convolved, *norm],
            variance_epsilon=0.001, scale_after_normalization=True,
        )  # fmt: skip
        return self.node("Relu", name, [normed]), channels

    def pool(self, op, name, below, size=3, strides=1, padding="SAME"):
        node = self.node(
            op, name, [below[0]], ksize=[1, size, size, 1], strides=[1, strides, strides, 1],
            padding=padding,
        )  # fmt: skip
        return node, below[1]

    def join(self, name, branches):
        axis = self.constant(f"{name}/concat_dim", np.int32(3))
        node = self.node("Concat", name, [axis, *(node for node, _ in branches)], N=len(branches))
        return node, sum(channels for _, channels in branches)


def fine_block(g, name, x, pooled):
    a = g.conv(f"{name}/conv", x, 64, 1)
    b = g.conv(f"{name}/tower/conv", x, 48, 1)
    b = g.conv(f"{name}/tower/conv_1", b, 64, 5)
    c = g.conv(f"{name}/tower_1/conv", x, 64, 1)
    c = g.conv(f"{name}/tower_1/conv_1", c, 96, 3)
    c = g.conv(f"{name}/tower_1/conv_2", c, 96, 3)
    d = g.pool("AvgPool", f"{name}/tower_2/pool", x)
    d = g.conv(f"{name}/tower_2/conv", d, pooled, 1)
    return g.join(f"{name}/join", [a, b, c, d])


def middle_block(g, name, x, width):
    a = g.conv(f"{name}/conv", x, 192, 1)
    b = g.conv(f"{name}/tower/conv", x, width, 1)
    b = g.conv(f"{name}/tower/conv_1", b, width, (1, 7))
    b = g.conv(f"{name}/tower/conv_2", b, 192, (7, 1))
    c = g.conv(f"{name}/tower_1/conv", x, width, 1)
    c = g.conv(f"{name}/tower_1/conv_1", c, width, (7, 1))
    c = g.conv(f"{name}/tower_1/conv_2", c, width, (1, 7))
    c = g.conv(f"{name}/tower_1/conv_3", c, width, (7, 1))
    c = g.conv(f"{name}/tower_1/conv_4", c, 192, (1, 7))
    d = g.pool("AvgPool", f"{name}/tower_2/pool", x)
    d = g.conv(f"{name}/tower_2/conv", d, 192, 1)
    return g.join(f"{name}/join", [a, b, c, d])


def coarse_block(g, name, x, pool):
    a = g.conv(f"{name}/conv", x, 320, 1)
    b = g.conv(f"{name}/tower/conv", x, 384, 1)
    b1 = g.conv(f"{name}/tower/mixed/conv", b, 384, (1, 3))
    b2 = g.conv(f"{name}/tower/mixed/conv_1", b, 384, (3, 1))
    c = g.conv(f"{name}/tower_1/conv", x, 448, 1)
    c = g.conv(f"{name}/tower_1/conv_1", c, 384, 3)
    c1 = g.conv(f"{name}/tower_1/mixed/conv", c, 384, (1, 3))
    c2 = g.conv(f"{name}/tower_1/mixed/conv_1", c, 384, (3, 1))
    d = g.pool(pool, f"{name}/tower_2/pool", x)
    d = g.conv(f"{name}/tower_2/conv", d, 192, 1)
    return g.join(f"{name}/join", [a, b1, b2, c1, c2, d])


def inception_graph(seed):
    """From `ExpandDims`, pixels in 0 to 255 (batch, h, w, 3), to `pool_3`, (batch, 1, 1, 2048)."""
    g = GraphBuilder(seed)
    placeholder = g.graph.node.add(op="Placeholder", name="ExpandDims")
    placeholder.attr["dtype"].type = tf.float32.as_datatype_enum
    size = g.constant("ResizeBilinear/size", np.array([SIDE, SIDE], "int32"))
    g.node("ResizeBilinear", "ResizeBilinear", ["ExpandDims", size], align_corners=False)
    g.node("Sub", "Sub", ["ResizeBilinear", g.constant("Sub/y", 128.0)])
    g.node("Mul", "Mul", ["Sub", g.constant("Mul/y", 1 / 128)])
    x = g.conv("conv", ("Mul", 3), 32, 3, 2, "VALID")
    x = g.conv("conv_1", x, 32, 3, 1, "VALID")
    x = g.conv("conv_2", x, 64, 3)
    x = g.pool("MaxPool", "pool", x, 3, 2, "VALID")
    x = g.conv("conv_3", x, 80, 1, 1, "VALID")
    x = g.conv("conv_4", x, 192, 3, 1, "VALID")
    x = g.pool("MaxPool", "pool_1", x, 3, 2, "VALID")
    for name, pooled in (("mixed", 32), ("mixed_1", 64), ("mixed_2", 64)):
        x = fine_block(g, name, x, pooled)
    a = g.conv("mixed_3/conv", x, 384, 3, 2, "VALID")
    b = g.conv("mixed_3/tower/conv", x, 64, 1)
    b = g.conv("mixed_3/tower/conv_1", b, 96, 3)
    b = g.conv("mixed_3/tower/conv_2", b, 96, 3, 2, "VALID")
    x = g.join("mixed_3/join", [a, b, g.pool("MaxPool", "mixed_3/pool", x, 3, 2, "VALID")])
    for number, width in ((4, 128), (5, 160), (6, 160), (7, 192)):
        x = middle_block(g, f"mixed_{number}", x, width)
    a = g.conv("mixed_8/tower/conv", x, 192, 1)
    a = g.conv("mixed_8/tower/conv_1", a, 320, 3, 2, "VALID")
    b = g.conv("mixed_8/tower_1/conv", x, 192, 1)
    b = g.conv("mixed_8/tower_1/conv_1", b, 192, (1, 7))
    b = g.conv("mixed_8/tower_1/conv_2", b, 192, (7, 1))
    b = g.conv("mixed_8/tower_1/conv_3", b, 192, 3, 2, "VALID")
    x = g.join("mixed_8/join", [a, b, g.pool("MaxPool", "mixed_8/pool", x, 3, 2, "VALID")])
    x = coarse_block(g, "mixed_9", x, "AvgPool")
    x = coarse_block(g, "mixed_10", x, "MaxPool")
    g.pool("AvgPool", "pool_3", x, 8, 1, "VALID")
    return g.graph


def run_graph(graph, pixels):
    """`pool_3` of pixels, (batch, 2048), by a session of TensorFlow 1."""
    with tf.Graph().as_default() as home:
        tf.import_graph_def(graph, name="")
        with tf.compat.v1.Session(graph=home) as session:
            return session.run("pool_3:0", {"ExpandDims:0": pixels})[:, 0, 0]
