"""How far raters agree with each other, and with themselves."""

import numpy as np

LEVELS = ("ordinal", "interval")


def krippendorff_alpha(ratings, level="interval") -> float:
    """Krippendorff's alpha: 1 is perfect agreement, 0 what chance would give.

    `alpha = 1 - D_o / D_e`: the differences between ratings of the same item over those between
    all ratings that have a partner. Klaus Krippendorff, "Computing Krippendorff's Alpha-
    Reliability", 2011.

    Args:
        ratings: (raters, items), NaN where a rating is missing.
        level: `interval` measures a difference as `(c - k)^2`; `ordinal` as the square of the
            number of ratings that lie between c and k, both ends counted half.

    Returns:
        NaN where no two ratings can be compared or all are equal: then alpha is not defined.
    """
    if level not in LEVELS:
        raise ValueError(f"Expected a level out of {LEVELS}, received {level!r}.")
    values, coincidences = _coincidences(np.asarray(ratings, np.float64))
    totals = coincidences.sum(axis=1)
    differences = _ordinal(totals) if level == "ordinal" else (values[:, None] - values) ** 2
    expected = totals @ differences @ totals
    if expected == 0:
        return float("nan")
    observed = (coincidences * differences).sum()
    return float(1 - (totals.sum() - 1) * observed / expected)


def _coincidences(ratings) -> tuple[np.ndarray, np.ndarray]:
    """Distinct values (v,) and how often two of them meet in an item, (v, v).

    An item with m ratings has m (m - 1) ordered pairs, each counted 1 / (m - 1).
    """
    values = np.unique(ratings[~np.isnan(ratings)])
    counts = (ratings[..., None] == values).sum(axis=0).astype(np.float64)  # (items, v)
    counts = counts[counts.sum(axis=1) > 1]
    weights = 1 / (counts.sum(axis=1) - 1)
    pairs = np.einsum("i,ic,ik->ck", weights, counts, counts)
    return values, pairs - np.diag(weights @ counts)


def _ordinal(totals) -> np.ndarray:
    middles = np.cumsum(totals) - totals / 2
    return (middles[:, None] - middles) ** 2


def repeat_agreement(pairs) -> dict[str, float]:
    """How raters' second ratings of the same picture compare with their first.

    Args:
        pairs: (n, 2), first and second scores.

    Returns:
        `pairs`, their number; `same`, the share of equal scores; `difference`, the mean absolute
        difference. The last two are NaN without pairs.
    """
    pairs = np.asarray(pairs, np.float64).reshape(-1, 2)
    difference = np.abs(pairs[:, 0] - pairs[:, 1])
    none = float("nan")
    return {
        "pairs": len(pairs),
        "same": float((difference == 0).mean()) if len(pairs) else none,
        "difference": float(difference.mean()) if len(pairs) else none,
    }
