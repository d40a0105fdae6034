"""What the architectures of all methods share: plain values, checked, from and to files."""

from dataclasses import asdict, field, fields
from functools import cache
from typing import Literal, get_args, get_origin, get_type_hints

_RULES = {
    "ge": ("must be at least {}", lambda value, bound: value >= bound),
    "gt": ("must be above {}", lambda value, bound: value > bound),
    "le": ("must be at most {}", lambda value, bound: value <= bound),
    "multiple_of": ("must be a multiple of {}", lambda value, bound: value % bound == 0),
}


def size(default, description, **bounds):
    """A field of an architecture.

    Args:
        default: its value.
        description: what it means; recipes show it.
        bounds: `ge`, `gt`, `le`, `multiple_of`.
    """
    return field(default=default, metadata={"description": description, **bounds})


class Sizes:
    """Base of frozen dataclasses that hold a network's sizes and options, each a `size`.

    Lists, as they come from JSON and YAML, become tuples. Values are held against their bounds and
    choices (`Literal` types), tuples of integers must hold 1 or more; then `check` is called.
    """

    def __post_init__(self):
        for each in fields(self):
            if isinstance(getattr(self, each.name), list):
                object.__setattr__(self, each.name, tuple(getattr(self, each.name)))
            self._hold_to_bounds(each)
        self.check()

    def _hold_to_bounds(self, each):
        value, kind = getattr(self, each.name), hints(type(self))[each.name]
        if get_origin(kind) is Literal:
            choices = get_args(kind)
            self.require(each.name, value in choices, f"must be one of {', '.join(choices)}")
        if get_origin(kind) is tuple:
            parts = get_args(kind)
            fits = len(value) > 0 if parts[-1] is ... else len(value) == len(parts)
            wanted = "one or more" if parts[-1] is ... else str(len(parts))
            counts = fits and all(item >= 1 for item in value)
            self.require(each.name, counts, f"must be {wanted} numbers of at least 1")
        for name, (rule, holds) in _RULES.items():
            if name in each.metadata:
                bound = each.metadata[name]
                self.require(each.name, holds(value, bound), rule.format(bound))

    @property
    def compared_pictures(self):
        """Pictures among which a discriminator sees variety; 0: whatever a batch has."""
        return 0

    def check(self):
        """Refuse values that do not fit together, with `require`; by default none."""

    def require(self, name, ok, rule):
        """Refuse the value of a field.

        Raises:
            ValueError: names the field, its value and the rule.
        """
        if not ok:
            raise ValueError(f"{name}={getattr(self, name)}: {rule}.")

    def require_halvings(self, name, times):
        """Refuse the value of a field with which pictures of `image_size` are halved so often."""
        fits = self.image_size % 2**times == 0 and self.image_size > 2**times
        self.require(name, fits, f"halves image_size={self.image_size} {times} times")

    def to_dict(self):
        """Plain values for JSON and YAML."""
        values = asdict(self)
        return {key: list(v) if isinstance(v, tuple) else v for key, v in values.items()}


@cache
def hints(kind):
    """{field: type} of a class of sizes."""
    return get_type_hints(kind)
