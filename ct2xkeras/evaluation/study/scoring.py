"""From raters' results to scores of methods."""

import numpy as np

from ct2xkeras.evaluation.study.agreement import LEVELS, krippendorff_alpha, repeat_agreement

CONFIDENCE = 95  # per cent
SAMPLES = 4000


def score_study(key, results, seed=0) -> dict:
    """Scores of a study's methods and agreement of its raters.

    Repeated showings count for agreement only.

    Args:
        key: `StudyKey`.
        results: list of `Result`.
        seed: of the bootstrap.

    Returns:
        `study`; `raters`, their number; `methods`, {name: {`mean`, `low`, `high` (95 % interval),
        `ratings`}}; `alpha`, {level: Krippendorff's alpha}; `repeats`, see `repeat_agreement`.
        Values that are not defined are None.
    """
    rng = np.random.default_rng(seed)
    first = [name for name, item in key.items.items() if not item.repeats]
    again = [name for name, item in key.items.items() if item.repeats]
    ratings = rating_matrix(results, first)
    methods = {}
    for method in key.methods:
        columns = [i for i, name in enumerate(first) if key.items[name].method == method]
        methods[method] = mean_with_interval(ratings[:, columns], rng)
    before = rating_matrix(results, [key.items[name].repeats for name in again])
    pairs = np.stack([before, rating_matrix(results, again)], axis=-1).reshape(-1, 2)
    summary = {
        "study": key.study,
        "raters": len(results),
        "methods": methods,
        "alpha": {level: krippendorff_alpha(ratings, level) for level in LEVELS},
        "repeats": repeat_agreement(pairs[~np.isnan(pairs).any(axis=1)]),
    }
    return _defined(summary)


def rating_matrix(results, names) -> np.ndarray:
    """Scores (raters, items) of these items, NaN where missing."""
    scores = [{rating.item: rating.score for rating in result.ratings} for result in results]
    rows = [[given.get(name, np.nan) for name in names] for given in scores]
    return np.array(rows, np.float64).reshape(len(results), len(names))


def mean_with_interval(ratings, rng, samples=SAMPLES) -> dict[str, float]:
    """The mean and its bootstrap interval over raters and items.

    Raters and items are drawn with replacement, each on their own, since both are samples of more
    (the pigeonhole bootstrap, Owen 2007). With one rater the interval speaks for that rater alone.

    Args:
        ratings: (raters, items), NaN where missing.

    Returns:
        `mean`, `low` and `high` (percentiles of 95 %), `ratings` (their number); without ratings
        the first three are NaN.
    """
    given = ~np.isnan(ratings)
    if not given.any():
        return {"mean": np.nan, "low": np.nan, "high": np.nan, "ratings": 0}
    num_raters, num_items = ratings.shape
    raters = rng.multinomial(num_raters, np.full(num_raters, 1 / num_raters), samples)
    items = rng.multinomial(num_items, np.full(num_items, 1 / num_items), samples)
    totals = (raters @ np.where(given, ratings, 0) * items).sum(axis=1)
    counts = (raters @ given * items).sum(axis=1)
    means = totals[counts > 0] / counts[counts > 0]
    tail = (100 - CONFIDENCE) / 2
    low, high = np.percentile(means, (tail, 100 - tail))
    return {
        "mean": float(ratings[given].mean()),
        "low": float(low),
        "high": float(high),
        "ratings": int(given.sum()),
    }


def rating_rows(key, results) -> list[dict]:
    """Every rating with its method and picture: a table for one's own statistics."""
    rows = []
    for result in results:
        for position, rating in enumerate(result.ratings, start=1):
            item = key.items[rating.item]
            rows.append(
                {
                    "rater": result.rater,
                    "position": position,
                    "item": rating.item,
                    "method": item.method,
                    "picture": item.picture,
                    "reference": item.reference,
                    "repeats": item.repeats,
                    "score": rating.score,
                    "ms": rating.ms,
                }
            )
    return rows


def _defined(values):
    """NaN, which JSON does not know, as None."""
    if isinstance(values, dict):
        return {name: _defined(value) for name, value in values.items()}
    return None if isinstance(values, float) and np.isnan(values) else values
