"""The extractors that have a name, built with their imported weights; see `registry`."""

import numpy as np
import tensorflow as tf

from ct2xkeras.metrics.checks import check_pictures
from ct2xkeras.metrics.extractors.inception import (
    NUM_FEATURES,
    SIDE,
    inception_input,
    load_inception,
)
from ct2xkeras.metrics.extractors.network_extractor import NetworkExtractor
from ct2xkeras.metrics.extractors.resizing import resize, resize_as_tf1
from ct2xkeras.metrics.extractors.squeezenet import MEAN_BGR, load_squeezenet
from ct2xkeras.metrics.pixels import SIDE as PIXELS_SIDE
from ct2xkeras.metrics.pixels import pixel_features

SQUEEZENET_SIDE = 224


def standard_inception(name):
    """The standard network on the standard's own resizing, for scores like published ones."""
    return _inception(name, resize_as_tf1)


def clean_inception(name):
    """The standard network on pictures resized without aliasing, as clean-fid does."""
    return _inception(name, resize)


def _inception(name, resizing):
    network = load_inception()

    def features(pixels):
        return network(inception_input(resizing(pixels, (SIDE, SIDE))))

    return NetworkExtractor(name, NUM_FEATURES, features)


def keras_squeezenet(name):
    """SqueezeNet 1.1 at 224 x 224: means over positions of its last 512 channels."""
    network = load_squeezenet()

    def features(pixels):
        pixels = resize(pixels, (SQUEEZENET_SIDE, SQUEEZENET_SIDE))
        return tf.reduce_mean(network(pixels - MEAN_BGR)[-1], (1, 2))

    return NetworkExtractor(name, network.outputs[-1].shape[-1], features)


class PixelExtractor:
    """A picture's own greys, reduced to 32 x 32; see `pixel_features`."""

    num_features = PIXELS_SIDE**2

    def __init__(self, name):
        self.name = name

    def __call__(self, images):
        """(n, 1024) of pictures whose sides are multiples of 32."""
        return pixel_features(check_pictures(images, self.name)).astype(np.float32)
