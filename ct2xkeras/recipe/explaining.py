"""What is wrong with a recipe, in words: `file:line:col: field: what (did you mean ...?)`."""

import difflib
import re
from collections.abc import Mapping

from pydantic import BaseModel

from ct2xkeras.methods import METHODS
from ct2xkeras.recipe.json_schema import known_fields, part_at
from ct2xkeras.recipe.loss_weights import LOSS_WEIGHT_TAGS
from ct2xkeras.recipe.schema_fields import schema_fields

#: Classes of settings say `field=value: what is wrong with it`.
_OF_A_SETTING = re.compile(r"(?P<name>\w+)=(?P<found>.*?): (?P<problem>.*)", re.DOTALL)


def explain(error: dict, origins) -> str:
    """One line about one of the errors that pydantic found.

    Args:
        error: of `ValidationError.errors()`.
        origins: the `Origins` of the values.
    """
    field = _field(error["loc"])
    field, problem = _finding(field, error)
    changes = origins.changes_within(field)
    by = f" (with {', '.join(map(str, changes))})" if changes and origins.stated(field) else ""
    return located(field, f"{problem}{by}.", origins)


def located(field: tuple, problem: str, origins) -> str:
    """A line about a field: where it was stated, its name, the problem."""
    name = f"{'.'.join(map(str, field))}: " if field else ""
    return f"{origins.where(field)}: {name}{problem}"


def _field(location):
    """Keys and indices alone: pydantic puts marks of its own between them."""
    marks = (*LOSS_WEIGHT_TAGS, *METHODS, "[key]")
    return tuple(part for part in location if part not in marks)


def _finding(field, error):
    """(field, what is wrong with it): the field may be one within a section."""
    kind, found = error["type"], error.get("input")
    if kind == "extra_forbidden":
        return field, _unknown(field, error["loc"])
    if kind == "missing":
        return field, "is missing"
    if kind == "union_tag_invalid":
        tag, known = error["ctx"]["tag"], ", ".join(METHODS)
        return (*field, "method"), f"should be one of {known}, found {tag!r}{_close(tag, METHODS)}"
    if kind in ("model_type", "dict_type"):
        return field, f"should be a mapping of fields, found {found!r}"
    message = error["msg"].removeprefix("Value error, ").removesuffix(".")
    named = _OF_A_SETTING.fullmatch(message)
    if named and named["name"] in known_fields(field):
        return (*field, named["name"]), f"{named['problem']}, found {named['found']}"
    message = re.sub("^(Input|String|List|Tuple) should", "should", message)
    shown = "" if isinstance(found, (Mapping, BaseModel)) else f", found {found!r}"
    return field, f"{message}{shown}{_choice_meant(field, found)}"


def _unknown(field, location):
    *section, name = field
    if name in known_fields(tuple(section)):  # of another method
        method = next(part for part in location if part in METHODS)
        return f"is no field of the method {method}"
    return f"unknown field{_field_meant(field)}"


def _field_meant(field):
    *section, name = field
    known = known_fields(tuple(section))
    close = difflib.get_close_matches(str(name), known, n=1)
    if close:
        return f" (did you mean {'.'.join(map(str, [*section, close[0]]))}?)"
    if elsewhere := _fields_named(name):
        return f" (did you mean {' or '.join(elsewhere)}?)"
    return f"; there are {', '.join(known)}"


def _fields_named(name):
    names = [field.name for field in schema_fields() if field.name.endswith(f".{name}")]
    return [full for full in names if part_at(tuple(full.split(".")))]


def _choice_meant(field, found):
    choices = [choice for part in part_at(field) for choice in part.get("enum", ())]
    return _close(found, choices)


def _close(found, choices):
    close = difflib.get_close_matches(str(found), map(str, choices), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
