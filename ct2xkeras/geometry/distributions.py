"""Draws from tensorflow-probability distributions, by stateless seeds; angles in degrees.

tensorflow-probability is imported when it is used: it takes seconds and brings TensorFlow along.
"""

import numpy as np

ANGLE_DISTRIBUTIONS = ("von_mises", "truncated_normal")


def _stateless(seed: np.random.SeedSequence) -> np.ndarray:
    return seed.generate_state(2).astype(np.int32)


def truncated_normal(seed, num, mean, deviation, low, high) -> np.ndarray:
    """(num,) float64; where deviation or limits leave no room, all are nearest to the mean."""
    if deviation == 0 or low == high:
        return np.full(num, min(max(float(mean), low), high))
    from tensorflow_probability import distributions as tfd

    normal = tfd.TruncatedNormal(*(np.float64(v) for v in (mean, deviation, low, high)))
    return normal.sample(num, seed=_stateless(seed)).numpy()


def angle_mixture(seed, num, centers, weights, spread, kind) -> np.ndarray:
    """Pairs of angles (num, 2) about centers (views, 2), drawn by weights (views,); degrees.

    Args:
        kind: of `ANGLE_DISTRIBUTIONS`; `truncated_normal` is cut at two standard deviations.
    """
    if spread == 0:
        chances = np.asarray(weights, float) / np.sum(weights)
        return centers[np.random.default_rng(seed).choice(len(centers), num, p=chances)]
    from tensorflow_probability import distributions as tfd

    about = tfd.Independent(_angles(tfd, np.radians(centers), np.radians(spread), kind), 1)
    mixture = tfd.MixtureSameFamily(tfd.Categorical(probs=np.asarray(weights, np.float64)), about)
    return np.degrees(mixture.sample(num, seed=_stateless(seed)).numpy())


def _angles(tfd, centers, spread, kind):
    if kind == "von_mises":
        return tfd.VonMises(centers, np.full_like(centers, 1 / spread**2))
    reach = 2 * spread
    return tfd.TruncatedNormal(centers, spread, centers - reach, centers + reach)
