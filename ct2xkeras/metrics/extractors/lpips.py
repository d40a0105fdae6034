"""LPIPS v0.1 (Zhang et al. 2018): the published networks with the published heads."""

import numpy as np
import tensorflow as tf
from keras import ops

from ct2xkeras.metrics.extractors.lpips_heads import load_lpips_heads
from ct2xkeras.metrics.extractors.perceptual import NetworkDistance
from ct2xkeras.metrics.extractors.pictures import checked_pictures
from ct2xkeras.metrics.extractors.squeezenet import squeezenet
from ct2xkeras.metrics.extractors.torchvision import alexnet, vgg16
from ct2xkeras.metrics.extractors.weight_store import load_into

# Mean and deviation of ImageNet's colours for pixels in [-1, 1].
SHIFT = (-0.030, -0.088, -0.188)
SCALE = (0.458, 0.448, 0.450)
BATCH_SIZE = 8

# LPIPS's name of a network: what builds it, and the name of its imported weights.
_NETWORKS = {
    "alex": (alexnet, "alexnet-torchvision"),
    "vgg": (vgg16, "vgg16-torchvision"),
    "squeeze": (squeezenet, "squeezenet-torchvision"),
}


def lpips_input(images):
    """Grey pictures in [-1, 1], (batch, h, w, 1), as the networks take them: (batch, h, w, 3)."""
    shift, scale = (ops.convert_to_tensor(values, "float32") for values in (SHIFT, SCALE))
    return (ops.cast(images, "float32") - shift) / scale


class Lpips:
    """LPIPS as a metric, in batches; `distance` is the same with gradients, for one batch.

    Args:
        distance: a `NetworkDistance`.

    Attributes:
        name: `lpips-alex`, `lpips-vgg` or `lpips-squeeze`.
    """

    def __init__(self, distance):
        self.name = distance.name
        self.distance = distance
        self._compiled = tf.function(distance.__call__)

    def __call__(self, images, targets):
        """Distance of each picture from its target.

        Args:
            images, targets: pictures in [-1, 1], (n, height, width, 1), of 32 x 32 pixels or more.

        Returns:
            (n,) float32 NumPy array, 0 or more; 0 for equal pictures.

        Raises:
            ValueError: there are none, they differ in shape, or hold NaN.
        """
        images, targets = (checked_pictures(pictures, self.name) for pictures in (images, targets))
        if images.shape != targets.shape:
            raise ValueError(
                f"{self.name}: expected pictures of one shape, found {images.shape} and "
                f"{targets.shape}."
            )
        starts = range(0, len(images), BATCH_SIZE)
        return np.concatenate(
            [self._compiled(*(p[i : i + BATCH_SIZE] for p in (images, targets))) for i in starts]
        )


def find_lpips(network="alex"):
    """LPIPS by `alex`, `vgg` or `squeeze`, with imported weights.

    Raises:
        ValueError: there is no such network, or its weights have not been imported; the message
            names the file, where it comes from and the command that imports it.
    """
    if network not in _NETWORKS:
        raise ValueError(f"LPIPS: expected one of {', '.join(_NETWORKS)}, found {network!r}.")
    build, weights = _NETWORKS[network]
    name = f"lpips-{network}"
    heads = load_lpips_heads(network)
    return Lpips(NetworkDistance(name, load_into(build(), weights), lpips_input, heads, name))
