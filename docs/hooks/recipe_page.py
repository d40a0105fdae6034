"""The page of all fields of a recipe, from the schema."""

import json

from ct2xkeras.recipe.schema_fields import NO_DEFAULT, schema_fields

INTRODUCTION = """# Recipe fields

Every field that a recipe may have, from the schema that checks it; `ct2xkeras recipe schema` prints
the same. A name with dots is a field within sections: `training.images` is written

```yaml
training:
  images: 20000
```

and overridden by `--set training.images=500`. Sections that begin with a capital stand in place of
a plain value, or of another section."""


def recipe_page():
    """Markdown."""
    parts, rows = [INTRODUCTION], {}
    sections = {"": "The whole recipe."}
    for field in schema_fields():
        section, _, name = field.name.rpartition(".")
        if field.is_section:
            null = " May be `null`." if field.default is None else ""
            sections[field.name] = f"{field.description.rstrip('.')}.{null}"
        else:
            rows.setdefault(section, []).append(_row(name, field))
    for section, meaning in sections.items():
        parts.append(f"## {section or 'recipe'}\n\n{meaning[:1].upper()}{meaning[1:]}")
        if section in rows:
            head = ["| field | type | default | meaning |", "|---|---|---|---|"]
            parts.append("\n".join([*head, *rows[section]]))
    return "\n\n".join(parts) + "\n"


def _row(name, field):
    default = "" if field.default is NO_DEFAULT else f"`{json.dumps(field.default)}`"
    kind = f"{field.type} (`{field.bounds}`)" if field.bounds else field.type
    cells = (f"`{name}`", kind, default, field.description)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
