"""LPIPS v0.1 (Zhang et al. 2018): the published networks with the published heads."""

from keras import ops

from ct2xkeras.metrics.extractors.lpips_heads import load_lpips_heads
from ct2xkeras.metrics.extractors.perceptual import NetworkDistance
from ct2xkeras.metrics.extractors.squeezenet import squeezenet
from ct2xkeras.metrics.extractors.torchvision import alexnet, vgg16
from ct2xkeras.metrics.extractors.weight_store import load_into

# Mean and deviation of ImageNet's colours for pixels in [-1, 1].
SHIFT = (-0.030, -0.088, -0.188)
SCALE = (0.458, 0.448, 0.450)

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


def find_lpips(network="alex"):
    """LPIPS by `alex`, `vgg` or `squeeze`, with imported weights, as a `NetworkDistance`.

    It is called `lpips-alex` and so on. `ct2xkeras.metrics.perceptual_distance` measures any number
    of pictures with it.

    Raises:
        ValueError: there is no such network, or its weights have not been imported; the message
            names the file, where it comes from and the command that imports it.
    """
    if network not in _NETWORKS:
        raise ValueError(f"LPIPS: expected one of {', '.join(_NETWORKS)}, found {network!r}.")
    build, weights = _NETWORKS[network]
    name = f"lpips-{network}"
    heads = load_lpips_heads(network)
    return NetworkDistance(name, load_into(build, weights), lpips_input, heads, name)
