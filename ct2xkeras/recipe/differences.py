"""What sets two recipes apart, field by field."""

from collections.abc import Iterator
from typing import Any


class _NotSet:
    def __repr__(self):
        return "not set"


#: Stands for a field that one of two recipes does not have.
NOT_SET = _NotSet()


def recipe_differences(before, now, ignore=()) -> list[tuple[str, Any, Any]]:
    """The fields in which two recipes differ.

    Args:
        before, now: `Recipe`s.
        ignore: names of fields or whole sections that may differ, `training.images`.

    Returns:
        [(field, value before, value now)], sorted by field; `NOT_SET` for one that is not there.
    """
    pair = (recipe.model_dump(mode="json") for recipe in (before, now))
    return sorted(
        (found for found in _differences(*pair, "") if not _ignored(found[0], ignore)),
        key=lambda found: found[0],
    )


def _differences(before, now, field) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(now, dict):
        for name in before | now:
            inner = f"{field}.{name}" if field else name
            yield from _differences(before.get(name, NOT_SET), now.get(name, NOT_SET), inner)
    elif before != now:
        yield field, before, now


def _ignored(field, ignore):
    return any(field == name or field.startswith(f"{name}.") for name in ignore)
