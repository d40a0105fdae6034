"""The official linear heads of LPIPS v0.1 (Zhang et al. 2018; BSD-2): weights of channels."""

import numpy as np

from ct2xkeras.metrics.extractors.torch_files import read_torch_tensors
from ct2xkeras.metrics.extractors.weight_files import check_sha256

#: Of the published `lpips_v0.1_{name}.pth`.
SHA256 = {
    "alex": "df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0",
    "squeeze": "4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76",
    "vgg": "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868",
}


def read_lpips_heads(path, sha256=None):
    """One weight per channel for each layer that LPIPS reads.

    Args:
        path: of `lpips_v0.1_alex.pth`, `lpips_v0.1_vgg.pth` or `lpips_v0.1_squeeze.pth`. Nothing
            that is in the file is run.
        sha256: what the file's SHA-256 must be, hexadecimal; see `SHA256`.

    Returns:
        List of float32 arrays (channels,), 0 or more, from the first layer to the last.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is another file than the SHA-256 says, or does not hold heads.
    """
    check_sha256(path, sha256)
    tensors = read_torch_tensors(path)
    expected = {f"lin{layer}.model.1.weight" for layer in range(max(len(tensors), 1))}
    if set(tensors) != expected:
        raise ValueError(
            f"{path}: expected heads called lin0.model.1.weight and on, found {sorted(tensors)}."
        )
    return [_head(tensors[f"lin{n}.model.1.weight"], n, path) for n in range(len(tensors))]


def _head(weights, layer, path):
    if weights.shape != (1, weights.size, 1, 1):
        raise ValueError(
            f"{path}: expected head {layer} of shape (1, channels, 1, 1), found {weights.shape}."
        )
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError(
            f"{path}: expected weights of 0 or more in head {layer}, found {weights.min()}."
        )
    return weights.reshape(-1)
