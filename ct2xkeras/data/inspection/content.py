"""Digests of content: equal for equal pictures, whatever file, format or orientation holds them."""

import hashlib

import numpy as np


def array_digest(array: np.ndarray) -> str:
    """Hexadecimal digest of an array's shape, type and values."""
    digest = hashlib.blake2b(f"{array.shape} {array.dtype.str} ".encode(), digest_size=16)
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def radiograph_digest(pixels: np.ndarray) -> str:
    """Digest of a radiograph (H, W) in [0, 1]: the same in 8 and 16 bits, and for its negative."""
    grey = np.rint(pixels * 65535).astype(np.uint16)
    return min(array_digest(grey), array_digest(65535 - grey))
