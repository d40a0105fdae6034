"""Where commands print: one console for people, and JSON for programs."""

import json
import os

import rich_click as click
from rich.console import Console

#: Silent under `--quiet` and `--json`, see `ct2xkeras.cli.shared_options`.
console = Console(highlight=False, soft_wrap=True)

WANTS_JSON = "ct2xkeras.wants_json"  # in the context's `meta`


def wants_json():
    """Whether the running command was called with `--json`."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(WANTS_JSON))


def print_json(values):
    """The result of a command as JSON, if `--json` asks for it; plain values and paths."""
    if wants_json():
        click.echo(json.dumps(values, indent=2, default=os.fspath))


def print_notes(volume):
    """What was found and mended on reading a CT, a line each."""
    for note in volume.notes:
        console.print(f"note: {volume.name}: {note}", markup=False)
