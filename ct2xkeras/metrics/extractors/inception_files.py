"""Weights of the Inception network from the public TensorFlow graph and from its port to torch.

What follows a convolution in them, `gamma (x - mean) / sqrt(variance + 0.001) + beta`, becomes part
of its kernel and bias.
"""

import functools

import numpy as np

from ct2xkeras.metrics.extractors.inception import inception
from ct2xkeras.metrics.extractors.inception_layers import layer_name, stored_names

EPSILON = 1e-3

# Gamma, beta, mean and variance.
_IN_GRAPH = ("gamma", "beta", "moving_mean", "moving_variance")
_IN_TORCH = ("weight", "bias", "running_mean", "running_var")


def from_graph(tensors):
    """Kernels and biases from the constants of `classify_image_graph_def.pb`.

    Args:
        tensors: a `Tensors` of the file.

    Returns:
        {`LAYER/kernel` and `LAYER/bias`: float32 array} for the layers of `inception`.

    Raises:
        ValueError: an array is not there or has another shape.
    """
    arrays = {}
    for path, shape in _kernel_shapes().items():
        norm = [tensors.take(f"{path}/batchnorm/{name}", shape[-1:]) for name in _IN_GRAPH]
        kernel = tensors.take(f"{path}/conv2d_params", shape)
        arrays |= _folded(layer_name(path), kernel, *norm)
    return arrays


def from_torch(tensors):
    """The same from `pt_inception-2015-12-05-6726825d.pth`."""
    arrays, torch_names = {}, stored_names()
    for path, (height, width, channels, filters) in _kernel_shapes().items():
        prefix = torch_names[path]
        norm = [tensors.take(f"{prefix}.bn.{name}", (filters,)) for name in _IN_TORCH]
        kernel = tensors.take(f"{prefix}.conv.weight", (filters, channels, height, width))
        arrays |= _folded(layer_name(path), kernel.transpose(2, 3, 1, 0), *norm)
    return arrays


@functools.cache
def _kernel_shapes():
    """{path in the graph: (height, width, channels, filters)}."""
    model = inception()
    return {path: model.get_layer(layer_name(path)).kernel.shape for path in stored_names()}


def _folded(name, kernel, gamma, beta, mean, variance):
    if (variance < 0).any():
        raise ValueError(f"{name}: expected variances of 0 or more, found {variance.min()}.")
    scale = gamma / np.sqrt(variance.astype(np.float64) + EPSILON)
    return {
        f"{name}/kernel": (kernel * scale).astype(np.float32),
        f"{name}/bias": (beta - mean * scale).astype(np.float32),
    }
