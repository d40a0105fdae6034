"""Fréchet distance of two sets of features (Heusel et al. 2017), exact for any number of pictures.

The trace of `(S T)^(1/2)` is taken as the sum of singular values of `A B^T`, where `S = A^T A` and
`T = B^T B`. No square root of a matrix is needed, and no term that makes covariances regular: with
fewer pictures than features, where they are singular, A and B are the centred features themselves.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpstrf

from ct2xkeras.metrics.checks import check_feature_pair, check_features


@dataclass(frozen=True)
class FeatureStatistics:
    """Count, mean and scatter of features: all that a Fréchet distance needs, and mergeable.

    Args:
        count: number of pictures.
        mean: (d,) float64.
        scatter: (d, d) float64, sum of `(x - mean)(x - mean)^T`.
    """

    count: int
    mean: np.ndarray
    scatter: np.ndarray

    @classmethod
    def of(cls, features):
        """Statistics of features (n, d), n of 1 or more."""
        features = check_features(features, least=1)
        mean = features.mean(axis=0)
        centred = features - mean
        return cls(len(features), mean, centred.T @ centred)

    @classmethod
    def empty(cls, num_features):
        """Statistics of no picture; merged with others it changes nothing."""
        return cls(0, np.zeros(num_features), np.zeros((num_features, num_features)))

    def merge(self, other):
        """Statistics of both sets together (Chan, Golub & LeVeque 1979)."""
        count = self.count + other.count
        share = other.count / max(count, 1)
        shift = other.mean - self.mean
        scatter = self.scatter + other.scatter + self.count * share * np.outer(shift, shift)
        return FeatureStatistics(count, self.mean + share * shift, scatter)


def frechet_distance(a, b):
    """`|m - n|^2 + Tr(S + T - 2 (S T)^(1/2))` of features (n, d) and (m, d), in float64.

    Means m, n and covariances S, T (divided by one less than the count) of either set. It is called
    FID on features of the standard network alone. It falls as pictures are added, by about their
    number's inverse: compare only values of equal counts.

    Raises:
        ValueError: fewer than two pictures on a side, different lengths, or values not finite.
    """
    a, b = check_feature_pair(a, b)
    return _distance(a.mean(axis=0), _feature_root(a), b.mean(axis=0), _feature_root(b))


def frechet_distance_of_statistics(a, b):
    """`frechet_distance` of two `FeatureStatistics`.

    Raises:
        ValueError: fewer than two pictures on a side, or different numbers of features.
    """
    if min(a.count, b.count) < 2 or a.mean.shape != b.mean.shape:
        raise ValueError(
            "A Fréchet distance needs two pictures or more on each side and equal feature lengths; "
            f"received {a.count} and {b.count} pictures, lengths {len(a.mean)} and {len(b.mean)}."
        )
    return _distance(a.mean, _root(a), b.mean, _root(b))


def _distance(mean_a, root_a, mean_b, root_b):
    shared = np.linalg.svd(root_a @ root_b.T, compute_uv=False).sum()
    shift = mean_a - mean_b
    return float(shift @ shift + np.sum(root_a**2) + np.sum(root_b**2) - 2 * shared)


def _feature_root(features):
    """A with `A^T A` the covariance, (rows, d), as few rows as are cheap."""
    if len(features) > features.shape[1]:
        return _root(FeatureStatistics.of(features))
    return (features - features.mean(axis=0)) / np.sqrt(len(features) - 1)


def _root(statistics):
    """The same from statistics: pivoted Cholesky, which stops at the covariance's rank."""
    factor, pivots, rank, _ = dpstrf(statistics.scatter / (statistics.count - 1))
    root = np.zeros((rank, len(factor)))
    root[:, pivots - 1] = np.triu(factor)[:rank]
    return root
