"""Base of the metrics that are fed bit by bit, in parts if wanted, and merged."""

import keras


class MergeableMetric(keras.metrics.Metric):
    """A `keras.metrics.Metric` whose state is Keras variables in float64 that can be merged.

    It is fed and asked outside of compiled steps: what it computes, it computes in NumPy.

    Args:
        name: of the metric.
    """

    def __init__(self, name=None):
        super().__init__(dtype="float64", name=name)

    def add_state(self, name, shape=()):
        """A variable of float64, zero at first."""
        return self.add_variable(shape, "zeros", dtype="float64", name=name)

    def merge_state(self, metrics):
        """Take in what other metrics of the same settings have seen; they stay as they are.

        Raises:
            ValueError: another kind of metric or other settings.
        """
        for other in metrics:
            if type(other) is not type(self) or other.settings() != self.settings():
                raise ValueError(
                    f"{self.name}: expected metrics of {type(self).__name__} with settings "
                    f"{self.settings()}, received {type(other).__name__} with {other.get_config()}."
                )
            self.merge_one(other)

    def merge_one(self, other):
        """Take in the state of another metric of the same settings."""
        raise NotImplementedError

    def settings(self):
        """Arguments, besides the name, that make a metric like this one."""
        return {}

    def get_config(self):
        return {"name": self.name, **self.settings()}
