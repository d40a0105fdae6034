"""The plainest extractor: a picture's own grey values, reduced to 32 x 32.

Scores on it are named after it, as in `kid[pixels32]`: they see tone and coarse layout, no texture.
"""

import numpy as np

SIDE = 32


def pixel_features(images):
    """Means over blocks: (n, height, width, 1), sides multiples of 32, to (n, 1024)."""
    n, height, width, _ = images.shape
    if height % SIDE or width % SIDE:
        raise ValueError(
            f"Pixel features need sides that are multiples of {SIDE}; received {height} x {width}."
        )
    blocks = np.reshape(images, (n, SIDE, height // SIDE, SIDE, width // SIDE))
    return blocks.mean(axis=(2, 4)).reshape(n, -1)
