"""How differently a network sees two pictures, as a metric or as a loss."""

import numpy as np
from keras import ops

from ct2xkeras.losses.perceptual import perceptual_distance
from ct2xkeras.metrics.extractors.lpips_heads import read_lpips_heads
from ct2xkeras.metrics.extractors.squeezenet import NAME, caffe_input, load_squeezenet

SMALLEST_SIDE = 32


class NetworkDistance:
    """Perceptual distance (Zhang et al. 2018) by any network. Nothing in it is trained.

    Args:
        name: what its values are to be called.
        network: Keras model that gives a list of feature maps.
        network_input: makes what the network takes of grey pictures in [-1, 1].
        heads: weights of each map's channels, see `read_lpips_heads`; None for equal weights.
        heads_from: where they come from, for the error.

    Raises:
        ValueError: the heads are another network's.
    """

    def __init__(self, name, network, network_input, heads=None, heads_from=""):
        self.name = name
        self.network = network
        self.network_input = network_input
        channels = [output.shape[-1] for output in network.outputs]
        self.heads = [np.ones(n, np.float32) for n in channels] if heads is None else heads
        found = [len(head) for head in self.heads]
        if found != channels:
            raise ValueError(
                f"{heads_from}: expected heads for layers of {channels} channels, found {found}."
            )

    def __call__(self, images, targets):
        """Distance of each picture from its target; the gradient flows to `images` alone.

        Args:
            images, targets: grey pictures in [-1, 1], (batch, height, width, 1), of 32 x 32 pixels
                or more.

        Returns:
            (batch,) float32, 0 or more; 0 for equal pictures.
        """
        if min(images.shape[1:3]) < SMALLEST_SIDE:
            raise ValueError(
                f"{self.name}: expected pictures of {SMALLEST_SIDE} x {SMALLEST_SIDE} pixels or "
                f"more, found {tuple(images.shape[1:3])}."
            )
        seen = self.network(self.network_input(images))
        wanted = [ops.stop_gradient(f) for f in self.network(self.network_input(targets))]
        return perceptual_distance(seen, wanted, self.heads)


class PerceptualDistance(NetworkDistance):
    """Perceptual distance by SqueezeNet in Keras.

    It must not be called LPIPS: LPIPS's heads weigh the channels of torchvision's SqueezeNet,
    another training of the same network, whose channels have another order. On this network they
    weigh each layer as LPIPS does, and channels arbitrarily; without heads all channels count the
    same, the paper's cosine distance. Pictures are given to the network as its weights expect them
    (`caffe_input`), not by LPIPS's scaling, which belongs to torchvision's. `find_lpips` gives the
    real one.

    Args:
        network_path: `.h5` file of the network's weights, see `load_squeezenet`; by default those
            that `ct2xkeras weights import` kept.
        heads_path: `.pth` file of LPIPS's heads, see `read_lpips_heads`; none for equal weights.
        network_sha256, heads_sha256: what the files must be, if given.

    Attributes:
        name: `squeezenet-keras-lpips-heads` or `squeezenet-keras-cosine`.

    Raises:
        FileNotFoundError: a file is not there.
        ValueError: a file is not what it should be, or the heads are another network's.
    """

    def __init__(self, network_path=None, heads_path=None, network_sha256=None, heads_sha256=None):
        network = load_squeezenet(network_path, network_sha256)
        heads = None if heads_path is None else read_lpips_heads(heads_path, heads_sha256)
        name = f"{NAME}-cosine" if heads is None else f"{NAME}-lpips-heads"
        super().__init__(name, network, caffe_input, heads, heads_path)
