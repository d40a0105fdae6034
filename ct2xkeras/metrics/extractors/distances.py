"""Perceptual distances by name, with imported weights; Keras is loaded when one is asked for."""

from functools import partial


def _lpips(network):
    from ct2xkeras.metrics.extractors.lpips import find_lpips

    return find_lpips(network)


def _cosine():
    from ct2xkeras.metrics.extractors.perceptual import PerceptualDistance

    return PerceptualDistance()


_DISTANCES = {
    **{f"lpips-{network}": partial(_lpips, network) for network in ("alex", "vgg", "squeeze")},
    "squeezenet-keras-cosine": _cosine,
}


def distance_names():
    """Names that `find_distance` knows."""
    return tuple(_DISTANCES)


def find_distance(name):
    """The `NetworkDistance` of this name, one of `distance_names`.

    Raises:
        ValueError: its weights have not been imported; the message names the command that does.
    """
    return _DISTANCES[name]()
