"""What the architectures of all methods share: plain values, checked, from and to files."""

from dataclasses import asdict, fields


class Sizes:
    """Base of frozen dataclasses that hold a network's sizes and options.

    Lists, as they come from JSON and YAML, become tuples; `check` is called when all is there.
    """

    def __post_init__(self):
        for field in fields(self):
            if isinstance(getattr(self, field.name), list):
                object.__setattr__(self, field.name, tuple(getattr(self, field.name)))
        self.check()

    def check(self):
        """Refuse values that do not fit together, with `require`; by default none."""

    def require(self, name, ok, rule):
        """Refuse the value of a field.

        Raises:
            ValueError: names the field, its value and the rule.
        """
        if not ok:
            raise ValueError(f"{name}={getattr(self, name)}: {rule}.")

    def to_dict(self):
        """Plain values for JSON and YAML."""
        values = asdict(self)
        return {key: list(v) if isinstance(v, tuple) else v for key, v in values.items()}
