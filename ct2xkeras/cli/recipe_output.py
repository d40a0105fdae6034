"""The tables of `ct2xkeras recipe schema`."""

import json

from rich.table import Table
from rich.text import Text

from ct2xkeras.cli.output import console
from ct2xkeras.recipe.schema_fields import NO_DEFAULT, schema_fields

LONGEST_NAME = 21


def print_fields():
    """A table for each section: its fields with type and bounds, default, and meaning."""
    sections, fields = {"": "A whole experiment."}, {}
    for field in schema_fields():
        section, _, name = field.name.rpartition(".")
        if field.is_section:
            may_be_null = " May be null." if field.default is None else ""
            sections[field.name] = f"{field.description.removesuffix('.')}.{may_be_null}"
        else:
            fields.setdefault(section, []).append((name, field))
    for section, meaning in sections.items():
        console.print(Text.assemble((section or "recipe", "bold"), f": {meaning}"))
        if section in fields:
            console.print(_table(fields[section]), "")


def _table(fields):
    table = Table(box=None, padding=(0, 0, 0, 2), expand=True)
    table.add_column("field", no_wrap=True, min_width=LONGEST_NAME)
    for title, share in (("type (bounds)", 3), ("default", 2), ("meaning", 5)):
        table.add_column(title, ratio=share, overflow="fold")
    for name, field in fields:
        kind = f"{field.type} ({field.bounds})" if field.bounds else field.type
        table.add_row(*map(Text, (name, kind, _shown_default(field.default), field.description)))
    return table


def _shown_default(value):
    if value is NO_DEFAULT:
        return ""
    if isinstance(value, list):
        return f"[{', '.join(map(_shown_default, value))}]"
    return f"{value:g}" if isinstance(value, float) else json.dumps(value)
