"""Weights that change with progress, which is counted in images."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Integral, Real


@dataclass(frozen=True)
class Schedule:
    """A weight that warms up, stays, and decays, each part linear in the images seen.

    Args:
        weight: of the constant part.
        warm_up: images over which it grows from 0 to `weight`.
        decay_from, decay_to: images seen where the decay begins and ends; None for no decay.
        final: what is left after the decay, as a share of `weight`.

    Raises:
        ValueError: names the field, what was expected and what was found.
    """

    weight: float
    warm_up: int = 0
    decay_from: int | None = None
    decay_to: int | None = None
    final: float = 1.0

    def __post_init__(self):
        for name in ("weight", "final"):
            require(self, name, is_weight(getattr(self, name)), "expected a number of 0 or more")
        require(self, "warm_up", is_count(self.warm_up), "expected a count of images, 0 or more")
        if self.decay_from is None:
            require(self, "decay_to", self.decay_to is None, "expected None without decay_from")
            require(self, "final", self.final == 1, "acts only with decay_from and decay_to")
        else:
            self._check_decay()

    def _check_decay(self):
        require(
            self, "decay_to", is_count(self.decay_to), "expected images, since decay_from is given"
        )
        require(
            self,
            "decay_from",
            is_count(self.decay_from) and self.warm_up <= self.decay_from < self.decay_to,
            f"expected images between warm_up={self.warm_up} and decay_to={self.decay_to}",
        )

    @property
    def is_constant(self):
        return not self.warm_up and self.decay_from is None


def as_schedule(value):
    """A `Schedule` from itself, from a constant weight, or from a mapping of its fields.

    Raises:
        ValueError: if it is none of these.
    """
    if isinstance(value, Schedule):
        return value
    if not isinstance(value, Mapping):
        return Schedule(value)
    names = [field.name for field in fields(Schedule)]
    if "weight" not in value or not set(value) <= set(names):
        given = ", ".join(map(str, value))
        raise ValueError(f"expected weight and any of {', '.join(names[1:])}; received {given}.")
    return Schedule(**value)


def weight_at(schedule, images):
    """The weight after so many images.

    Args:
        schedule: anything that `as_schedule` takes.
        images: images seen, a number or an integer tensor of any shape.

    Returns:
        The number itself where the weight is constant, else float32 of the shape of `images`,
        exact at the ends of each part.
    """
    from keras import ops  # not above: recipes with schedules are read without a backend

    schedule = as_schedule(schedule)
    if schedule.is_constant:
        return schedule.weight
    images = ops.convert_to_tensor(images, dtype="int64")
    value = schedule.weight * _share(images, 0, schedule.warm_up)
    if schedule.decay_from is None:
        return value
    decayed = _share(images, schedule.decay_from, schedule.decay_to)
    return value * (1 - decayed) + schedule.weight * schedule.final * decayed


def _share(images, start, end):
    """How much of a part lies behind, 0 to 1; counted in integers, since float32 ends at 2^24."""
    from keras import ops

    if start == end:
        return ops.ones_like(images, dtype="float32")
    return ops.cast(ops.clip(images - start, 0, end - start), "float32") / (end - start)


def is_weight(value):
    return isinstance(value, Real) and math.isfinite(value) and value >= 0


def is_count(value, least=0):
    return isinstance(value, Integral) and value >= least


def require(settings, name, ok, rule):
    """Refuse a field of a settings object unless `ok`."""
    if not ok:
        raise ValueError(f"{name}={getattr(settings, name)!r}: {rule}.")
