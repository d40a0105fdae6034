"""Antialiased resampling of regular grids, one axis at a time.

A grid of `n` cells and the grid of `m` cells that replaces it span the same length, so cell faces
coincide at both ends. The filter is a triangle as wide as the coarser of the two cells: linear
interpolation when enlarging, a smooth area mean when shrinking.
"""

import numpy as np


def resampling_matrix(num_in: int, num_out: int) -> np.ndarray:
    """Weights (num_out, num_in) float32; each row sums to one."""
    scale = num_in / num_out
    centers = (np.arange(num_out) + 0.5) * scale - 0.5
    distance = np.abs(np.arange(num_in) - centers[:, None]) / max(scale, 1.0)
    weights = np.maximum(0.0, 1.0 - distance)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def resample_image(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(H, W) to `size`, float32."""
    rows, columns = (resampling_matrix(n, m) for n, m in zip(image.shape, size, strict=True))
    return rows @ image.astype(np.float32) @ columns.T


def fit_image(image: np.ndarray, side: int, spacing=(1.0, 1.0)) -> np.ndarray:
    """(H, W) in its true proportions, the longer side `side` pixels, float32.

    Args:
        spacing: (rows, columns) of the picture's pixels, in any unit.
    """
    lengths = np.multiply(image.shape, spacing)
    size = np.maximum(1, np.rint(side * lengths / lengths.max())).astype(int)
    return resample_image(image, tuple(size))


def resample_volume(volume: np.ndarray, size: tuple[int, int, int]) -> np.ndarray:
    """(z, y, x) to `size`, float32; slice by slice, so that no float copy of the whole is made."""
    slices = np.stack([resample_image(plane, size[1:]) for plane in volume])
    return np.tensordot(resampling_matrix(len(volume), size[0]), slices, axes=1)


def resample_labels(labels: np.ndarray, size: tuple[int, int, int]) -> np.ndarray:
    """Labels (z, y, x) to `size`: of each new cell the old one at its middle."""
    middles = [
        np.floor((np.arange(m) + 0.5) * n / m).astype(int)
        for n, m in zip(labels.shape, size, strict=True)
    ]
    return labels[np.ix_(*middles)]
