"""Fréchet distance without the bias of a finite number of pictures."""

from dataclasses import dataclass

import numpy as np

from ct2xkeras.metrics.checks import check_feature_pair
from ct2xkeras.metrics.frechet import frechet_distance

NUM_SIZES = 5
SMALLEST_SHARE = 0.25  # of the pictures, in the smallest sample


@dataclass(frozen=True)
class Extrapolation:
    """A distance extrapolated to any number of pictures.

    Args:
        value: where the line through the distances meets 1 / n = 0.
        sizes: pictures on each side, of each sample.
        distances: Fréchet distance of each sample.
    """

    value: float
    sizes: tuple[int, ...]
    distances: tuple[float, ...]


def frechet_distance_infinity(a, b, sizes=None, seed=0):
    """Fréchet distance at 1 / n = 0, by a line through those of samples (Chong & Forsyth 2020).

    The bias of a Fréchet distance goes with 1 / n where n is above the features' number d; below,
    it grows more slowly, and the extrapolated value is still too large.

    Args:
        a, b: features (n, d), (m, d).
        sizes: pictures drawn from each side without replacement, two different numbers or more; by
            default five, evenly spaced in 1 / n, from a quarter of the smaller set to all of it.
        seed: of the draws.

    Returns:
        an `Extrapolation`, whose value may be negative where the distance is about 0.

    Raises:
        ValueError: sizes that cannot be drawn, or what `frechet_distance` refuses.
    """
    a, b = check_feature_pair(a, b)
    sizes = _default_sizes(min(len(a), len(b))) if sizes is None else tuple(sizes)
    if len(set(sizes)) < 2 or min(sizes) < 2 or max(sizes) > min(len(a), len(b)):
        raise ValueError(
            "An extrapolation needs two different sizes or more between 2 and the pictures of the "
            f"smaller set; received sizes {sizes} for {len(a)} and {len(b)} pictures."
        )
    rng = np.random.default_rng(seed)
    distances = tuple(
        frechet_distance(*(rng.choice(x, size, replace=False) for x in (a, b))) for size in sizes
    )
    slope_and_value = np.polyfit(1 / np.array(sizes), distances, 1)
    return Extrapolation(float(slope_and_value[1]), sizes, distances)


def _default_sizes(num_pictures):
    inverses = np.linspace(1 / (SMALLEST_SHARE * num_pictures), 1 / num_pictures, NUM_SIZES)
    return tuple(np.rint(1 / inverses).astype(int).tolist())
