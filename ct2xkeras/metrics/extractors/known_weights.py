"""Public files of weights that this package can use, and where they come from."""

from typing import NamedTuple


class Source(NamedTuple):
    """A published file.

    Attributes:
        file: its name there.
        url: where to get it.
        num_bytes: its length; of a graph that is published in an archive, that of the graph.
        sha256: likewise, hexadecimal.
        converter: what makes this package's arrays of it, `module:function`.
    """

    file: str
    url: str
    num_bytes: int
    sha256: str
    converter: str


class Weights(NamedTuple):
    """What one or more published files hold, in this package's form.

    Attributes:
        purpose: what they are for.
        licence: of the published files, as far as their publishers say.
        sources: files with the same weights, the handiest first.
    """

    purpose: str
    licence: str
    sources: tuple


_TORCHVISION = "BSD-3-Clause; trained on ImageNet, see its terms"
_TORCHVISION_FILES = "https://download.pytorch.org/models"
_LPIPS_FILES = "https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips"


def _heads(network, num_bytes, sha256):
    """LPIPS's linear heads; published as `alex.pth` and so on."""
    url = f"{_LPIPS_FILES}/weights/v0.1/{network}.pth"
    converter = f"lpips_heads:{network}_from_torch"
    source = Source(f"{network}.pth", url, num_bytes, sha256, converter)
    return Weights(f"LPIPS v0.1 ({network}): heads", "BSD-2-Clause", (source,))


def _trunk(network, file, num_bytes, sha256, converter):
    source = Source(file, f"{_TORCHVISION_FILES}/{file}", num_bytes, sha256, converter)
    return Weights(f"LPIPS v0.1 ({network}): network", _TORCHVISION, (source,))


KNOWN_WEIGHTS = {
    "inception-2015-12-05": Weights(
        "FID and KID by the standard network",
        "Apache-2.0; trained on ImageNet, see its terms",
        (
            Source(
                "pt_inception-2015-12-05-6726825d.pth",
                "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
                "pt_inception-2015-12-05-6726825d.pth",
                95_628_359,
                "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
                "inception_files:from_torch",
            ),
            Source(
                "inception-2015-12-05.tgz",
                "http://download.tensorflow.org/models/image/imagenet/inception-2015-12-05.tgz",
                95_673_916,
                "009d6814d1bc560d4e7b236e170e9b2d5ca6f4b57bd8037f6db05776204415c6",
                "inception_files:from_graph",
            ),
        ),
    ),
    "squeezenet-keras": Weights(
        "KID and distances by SqueezeNet 1.1, named squeezenet-keras",
        "MIT",
        (
            Source(
                "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5",
                "https://github.com/rcmalli/keras-squeezenet/releases/download/v1.0/"
                "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5",
                3_002_560,
                "17154246284f555591549ac2c83e127abfbf4307dc4b0060fdaa2931d0fa38da",
                "squeezenet:from_layers",
            ),
        ),
    ),
    "alexnet-torchvision": _trunk(
        "alex",
        "alexnet-owt-7be5be79.pth",
        244_408_911,
        "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02",
        "torchvision:alexnet_from_torch",
    ),
    "vgg16-torchvision": _trunk(
        "vgg",
        "vgg16-397923af.pth",
        553_433_881,
        "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
        "torchvision:vgg16_from_torch",
    ),
    "squeezenet-torchvision": _trunk(
        "squeeze",
        "squeezenet1_1-b8a52dc0.pth",
        4_958_839,
        "b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b",
        "torchvision:squeezenet_from_torch",
    ),
    "lpips-alex": _heads(
        "alex", 6_009, "df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0"
    ),
    "lpips-vgg": _heads(
        "vgg", 7_289, "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868"
    ),
    "lpips-squeeze": _heads(
        "squeeze", 10_811, "4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76"
    ),
}
