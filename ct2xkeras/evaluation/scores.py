"""What a metric gives: a number, what it is called, and how sure it is."""

from dataclasses import dataclass, field

import numpy as np

from ct2xkeras.evaluation.intervals import BOOTSTRAP, HALVES, bootstrap_interval
from ct2xkeras.evaluation.intervals import half_subset_interval as subset_interval


@dataclass(frozen=True)
class Score:
    """A measured number.

    Args:
        spec: its full name, see `metric_spec`.
        value: the number.
        interval: (low, high) of 95 %, or None where there are too few pictures for one.
        how: the interval was found.
    """

    spec: str
    value: float
    interval: tuple[float, float] | None
    how: str


def mean_score(spec, values, seed=0):
    """The `Score` of a mean over pictures (n,), with its bootstrap interval."""
    return Score(spec, float(np.mean(values)), bootstrap_interval(values, seed), BOOTSTRAP)


def distance_score(spec, distance, a, b, seed=0):
    """The `Score` of a distance of two sets of features, with its interval by subsets."""
    value = distance(a, b)
    return Score(spec, value, subset_interval(distance, a, b, value, seed), HALVES)


@dataclass(frozen=True)
class Evaluation:
    """All that one evaluation found.

    Args:
        scores: list of `Score`.
        notes: what was not measured, and why.
        settings: what the numbers depend on besides their specs; plain values.
        images: views that the model had seen, or None where there is no run.
    """

    scores: list
    notes: list = field(default_factory=list)
    settings: dict = field(default_factory=dict)
    images: int | None = None

    @property
    def values(self):
        """{metric spec: value}."""
        return {score.spec: score.value for score in self.scores}

    def record(self):
        """The line of metrics.jsonl: values by spec, then `intervals`, `notes` and `settings`."""
        intervals = {score.spec: score.interval for score in self.scores if score.interval}
        ways = sorted({score.how for score in self.scores})
        return {
            "kind": "evaluation",
            "images": self.images,
            **self.values,
            "intervals": intervals,
            "notes": self.notes,
            "settings": {**self.settings, "intervals": {"per_cent": 95, "by": ways}},
        }
