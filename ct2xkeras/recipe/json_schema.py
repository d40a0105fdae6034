"""What a recipe may say, as JSON Schema: for editors, for the table of fields, for suggestions."""

import functools

from ct2xkeras.recipe.extending import EXTENDS
from ct2xkeras.recipe.schema import Recipe


@functools.cache
def recipe_json_schema() -> dict:
    """JSON Schema (draft 2020-12) of recipe files; do not change it, it is kept.

    A recipe that extends another may leave out everything else.
    """
    schema = Recipe.model_json_schema()
    required = schema.pop("required")
    extends = {
        "type": "string",
        "minLength": 1,
        "description": "recipe that this one changes: a path relative to this file",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "properties": {EXTENDS: extends, **schema["properties"]},
        "anyOf": [{"required": required}, {"required": [EXTENDS]}],
    }


def resolved(part: dict) -> dict:
    """A part of the schema, or the definition that it refers to with what is said beside it."""
    if "$ref" not in part:
        return part
    name = part["$ref"].rpartition("/")[2]
    return recipe_json_schema()["$defs"][name] | {k: v for k, v in part.items() if k != "$ref"}


def alternatives(part: dict) -> list[dict]:
    """The parts of the schema that a value may follow, null left out."""
    part = resolved(part)
    # pydantic before 2.9 wraps a reference with a default in an allOf of one.
    kinds = next((part[kind] for kind in ("anyOf", "oneOf", "allOf") if kind in part), None)
    if "properties" in part or kinds is None:
        return [] if part.get("type") == "null" else [part]
    return [inner for kind in kinds for inner in alternatives(kind)]


def part_at(field: tuple) -> list[dict]:
    """The alternatives of a field's part of the schema; none for a field that is unknown."""
    parts = alternatives(recipe_json_schema())
    for name in field:
        found = [part["properties"][name] for part in parts if name in part.get("properties", {})]
        parts = [kind for part in found for kind in alternatives(part)]
    return parts


def known_fields(section: tuple) -> list[str]:
    """Names of the fields of a section."""
    return [name for part in part_at(section) for name in part.get("properties", {})]
