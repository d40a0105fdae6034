"""Distances of two sets of features that arrive in batches."""

import keras
import numpy as np

from ct2xkeras.metrics.checks import check_features
from ct2xkeras.metrics.frechet import FeatureStatistics, frechet_distance_of_statistics
from ct2xkeras.metrics.kid import kernel_distance
from ct2xkeras.metrics.mergeable import MergeableMetric

SIDES = ("reference", "picture")


class DistanceOfSets(MergeableMetric):
    """What the distances share: two sides of features, either of which may be fed alone.

    Args:
        num_features: length d of the extractor's features.
        name: of the metric.
    """

    def __init__(self, num_features, name=None):
        super().__init__(name)
        self.num_features = num_features

    def update_state(self, references=None, features=None):
        """Add features of reference pictures (n, d), of judged pictures (m, d), or of both.

        Raises:
            ValueError: features of another length, or values that are not finite.
        """
        for side, batch in zip(SIDES, (references, features), strict=True):
            if batch is None:
                continue
            batch = check_features(batch, f"{side} features", least=1)
            if batch.shape[1] != self.num_features:
                raise ValueError(
                    f"{self.name}: expected {self.num_features} features of a {side}, "
                    f"received {batch.shape[1]}."
                )
            self.add_features(side, batch)

    def add_features(self, side, batch):
        """Take in checked features (n, d) of one side."""
        raise NotImplementedError

    def settings(self):
        return {"num_features": self.num_features}


@keras.saving.register_keras_serializable(package="ct2xkeras")
class FrechetDistance(DistanceOfSets):
    """`frechet_distance` over all features given, from count, mean and scatter of each side.

    `result()` is a float; it needs two pictures or more on each side.

    Args:
        num_features: length d of the features; the state holds `2 d^2` numbers.
        name: of the metric.
    """

    def __init__(self, num_features, name=None):
        super().__init__(num_features, name)
        shapes = {"count": (), "mean": (num_features,), "scatter": (num_features, num_features)}
        self.state = {
            side: {part: self.add_state(f"{side}_{part}", shapes[part]) for part in shapes}
            for side in SIDES
        }

    def add_features(self, side, batch):
        self._merge_side(side, FeatureStatistics.of(batch))

    def merge_one(self, other):
        for side in SIDES:
            self._merge_side(side, other.statistics(side))

    def _merge_side(self, side, statistics):
        merged = self.statistics(side).merge(statistics)
        for part, variable in self.state[side].items():
            variable.assign(getattr(merged, part))

    def statistics(self, side):
        """`FeatureStatistics` of the `reference` or the `picture` side so far."""
        return FeatureStatistics(**{part: np.asarray(v) for part, v in self.state[side].items()})

    def result(self):
        return frechet_distance_of_statistics(*map(self.statistics, SIDES))


@keras.saving.register_keras_serializable(package="ct2xkeras")
class KernelDistance(DistanceOfSets):
    """`kernel_distance` over all features given. It has no short statistics: it keeps them.

    `result()` is a float; it needs two pictures or more on each side.

    Args:
        num_features: length d of the features.
        capacity: pictures that each side can hold. More are refused, since to drop some would
            make a value that depends on the order: judge larger sets by `FrechetDistance`.
        name: of the metric.
    """

    def __init__(self, num_features, capacity=5000, name=None):
        super().__init__(num_features, name)
        self.capacity = capacity
        self.counts = {side: self.add_state(f"{side}_count") for side in SIDES}
        self.stores = {side: self.add_state(side, (capacity, num_features)) for side in SIDES}

    def add_features(self, side, batch):
        start = int(self.counts[side])
        end = start + len(batch)
        if end > self.capacity:
            raise ValueError(
                f"{self.name} holds {self.capacity} pictures on each side and was given {end} on "
                f"the {side} side: make it with a larger capacity."
            )
        stored = np.asarray(self.stores[side]).copy()
        stored[start:end] = batch
        self.stores[side].assign(stored)
        self.counts[side].assign(end)

    def merge_one(self, other):
        for side in SIDES:
            self.add_features(side, other.features(side))

    def features(self, side):
        """Features (n, d) of the `reference` or the `picture` side so far."""
        return np.asarray(self.stores[side])[: int(self.counts[side])]

    def result(self):
        return kernel_distance(*map(self.features, SIDES))

    def settings(self):
        return {**super().settings(), "capacity": self.capacity}
