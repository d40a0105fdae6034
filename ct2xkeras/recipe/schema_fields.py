"""The fields of a recipe as a flat list, for people to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ct2xkeras.recipe.json_schema import alternatives, recipe_json_schema, resolved

NO_DEFAULT = object()

_TYPES = {"boolean": "true or false", "string": "text", "object": "mapping", "array": "list"}
_BOUNDS = {
    "minimum": ">= {:.10g}",
    "exclusiveMinimum": "> {:.10g}",
    "maximum": "<= {:.10g}",
    "exclusiveMaximum": "< {:.10g}",
    "multipleOf": "multiple of {}",
    "pattern": "{}",
}


@dataclass(frozen=True)
class SchemaField:
    """A section of a recipe, or one of its values.

    Args:
        name: with all sections around it, `training.images`; those of an alternative to a plain
            value begin with its name, `LossSchedule.weight`.
        type: in words; empty for a section.
        default: plain value; `NO_DEFAULT` where there is none.
        bounds: in words, or the choices; may be empty.
        description: what it means.
    """

    name: str
    type: str
    default: Any
    bounds: str
    description: str

    @property
    def is_section(self) -> bool:
        return not self.type


def schema_fields() -> list[SchemaField]:
    """Every section and value of a recipe, in the order of the schema; alternatives at the end."""
    found = list(_fields(recipe_json_schema(), ""))
    for name, definition in _alternative_sections(recipe_json_schema()).items():
        found += [_section(definition, name), *_fields(definition, f"{name}.")]
    return found


def _fields(section, prefix) -> Iterator[SchemaField]:
    for name, part in section["properties"].items():
        inner = _inner_section(part)
        if inner is None:
            yield _value(part, f"{prefix}{name}")
        else:
            yield _section({**inner, **part}, f"{prefix}{name}")
            yield from _fields(inner, f"{prefix}{name}.")


def _inner_section(part):
    """The section that a part of the schema is, with null or without; None for values.

    Of several, as for `model`, the first: that of the default.
    """
    kinds = alternatives(part)
    return kinds[0] if kinds and all("properties" in kind for kind in kinds) else None


def _alternative_sections(section, found=None):
    """Sections that may stand in place of a plain value or another one, {title: definition}."""
    found = {} if found is None else found
    for part in section["properties"].values():
        inner = _inner_section(part)
        if inner is not None:
            _alternative_sections(inner, found)
        others = (kind for kind in alternatives(part) if kind != inner)
        found |= {kind["title"]: kind for kind in others if "properties" in kind}
    return found


def _section(part, name):
    # A section's own default says nothing but those of its fields, unless it is null.
    default = None if part.get("default", NO_DEFAULT) is None else NO_DEFAULT
    return SchemaField(name, "", default, "", part.get("description", ""))


def _value(part, name):
    default = part.get("default", NO_DEFAULT)
    kinds = alternatives(part)
    bounds = ", ".join(filter(None, map(_bounds, kinds)))
    return SchemaField(name, _type(part, kinds), default, bounds, part.get("description", ""))


def _type(part, kinds):
    names = [_kind(kind) for kind in kinds]
    if any(option.get("type") == "null" for option in resolved(part).get("anyOf", ())):
        names.append("null")
    return " or ".join(names)


def _kind(kind):
    if "properties" in kind:
        return kind["title"]
    name = _TYPES.get(kind["type"], kind["type"])
    if "prefixItems" in kind:
        return f"{len(kind['prefixItems'])} {_kind(kind['prefixItems'][0])}s"
    inner = kind.get("items") or kind.get("additionalProperties")
    return f"{name} of {_kind(inner)}s".replace("texts", "text") if inner else name


def _bounds(kind):
    if "enum" in kind:
        return ", ".join(str(choice) or '""' for choice in kind["enum"])
    said = [text.format(kind[name]) for name, text in _BOUNDS.items() if name in kind]
    inner = kind.get("items") or kind.get("additionalProperties") or {}
    parts = kind.get("prefixItems") or ([inner] if inner else [])
    of_parts = [_bounds(part) for part in parts]
    if len(set(of_parts)) > 1:
        said.append("; ".join(of_parts))
    elif any(of_parts):
        said.append(f"each {of_parts[0]}")
    return ", ".join(said)
