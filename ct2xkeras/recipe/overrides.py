"""Changes of a recipe on the command line: `--set a.b=value`."""

from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ct2xkeras.recipe.errors import RecipeError
from ct2xkeras.recipe.extending import EXTENDS


@dataclass(frozen=True)
class Override:
    """One change: the field as a whole takes the value.

    Args:
        text: as it was given, `a.b=value`.
        field: keys from the top.
        value: plain Python.
    """

    text: str
    field: tuple[str, ...]
    value: Any

    def __str__(self):
        return f"--set {self.text}"


def read_override(text: str) -> Override:
    """An `Override` from `a.b=value`, the value in YAML.

    Raises:
        RecipeError: it has another form, or the value is not YAML.
    """
    key, equals, value = text.partition("=")
    field = tuple(part.strip() for part in key.split("."))
    if not equals or not all(field):
        raise RecipeError(f"--set {text}: expected a.b=value.")
    if field == (EXTENDS,):
        raise RecipeError(f"--set {text}: only a file can say which recipe it extends.")
    try:
        return Override(text, field, YAML(typ="safe", pure=True).load(value))
    except YAMLError:
        raise RecipeError(f"--set {text}: {value!r} is not a YAML value.") from None


def with_override(values: dict, override: Override) -> dict:
    """`values` with an override's field replaced; sections that are not there are made.

    Raises:
        RecipeError: the field is said to lie in something that is no section.
    """
    return _replaced(values, override.field, override)


def _replaced(values, field, override):
    name, *rest = field
    if not rest:
        return values | {name: override.value}
    inner = values.get(name)
    if not (inner is None or isinstance(inner, dict)):
        raise RecipeError(f"{override}: {name} is a value and has no fields.")
    return values | {name: _replaced(inner or {}, rest, override)}
