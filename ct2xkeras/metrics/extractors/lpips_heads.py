"""The official linear heads of LPIPS v0.1 (Zhang et al. 2018; BSD-2): weights of channels."""

import functools

from ct2xkeras.metrics.extractors.stored_files import check_sha256
from ct2xkeras.metrics.extractors.torch_files import open_torch_file
from ct2xkeras.metrics.extractors.weight_store import load_arrays


def read_lpips_heads(path, sha256=None):
    """One weight per channel for each layer that LPIPS reads.

    Args:
        path: of `lpips_v0.1_alex.pth`, `lpips_v0.1_vgg.pth` or `lpips_v0.1_squeeze.pth`. Nothing
            that is in the file is run.
        sha256: what the file's SHA-256 must be, hexadecimal.

    Returns:
        List of float32 arrays (channels,), 0 or more, from the first layer to the last.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is another file than the SHA-256 says, or does not hold heads.
    """
    check_sha256(path, sha256)
    with open_torch_file(path) as tensors:
        return list(from_torch(tensors).values())


def load_lpips_heads(network):
    """The same of imported heads, for `alex`, `vgg` or `squeeze`."""
    return list(load_arrays(f"lpips-{network}").values())


def from_torch(tensors):
    """{`head0` and on: weights of a layer's channels}."""
    count = max(len(tensors.shapes), 1)
    expected = [f"lin{layer}.model.1.weight" for layer in range(count)]
    if set(tensors.shapes) != set(expected):
        raise ValueError(
            f"{tensors.path}: expected heads called lin0.model.1.weight and on, "
            f"found {sorted(tensors.shapes)}."
        )
    return {f"head{layer}": _head(tensors, name, layer) for layer, name in enumerate(expected)}


def _published(channels, tensors):
    """`from_torch` of one network's heads."""
    heads = from_torch(tensors)
    found = tuple(len(head) for head in heads.values())
    if found != channels:
        raise ValueError(
            f"{tensors.path}: expected heads for layers of {channels} channels, found {found}."
        )
    return heads


alex_from_torch = functools.partial(_published, (64, 192, 384, 256, 256))
vgg_from_torch = functools.partial(_published, (64, 128, 256, 512, 512))
squeeze_from_torch = functools.partial(_published, (64, 128, 256, 384, 384, 512, 512))


def _head(tensors, name, layer):
    shape = tensors.shapes[name]
    if len(shape) != 4 or (shape[0], *shape[2:]) != (1, 1, 1):
        raise ValueError(
            f"{tensors.path}: expected head {layer} of shape (1, channels, 1, 1), found {shape}."
        )
    weights = tensors.take(name, shape).reshape(-1)
    if (weights < 0).any():
        raise ValueError(
            f"{tensors.path}: expected weights of 0 or more in head {layer}, found {weights.min()}."
        )
    return weights
