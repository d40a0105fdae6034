"""The page of all commands, from the command line's own help."""

import importlib
import inspect

import click

from ct2xkeras.cli.main import COMMANDS, GROUPS
from ct2xkeras.cli.shared_options import JSON, QUIET, VERBOSE

SHARED = (JSON, QUIET, VERBOSE)


def command_page():
    """Markdown."""
    shared = ", ".join(f"`{option.opts[0]}`" for option in SHARED)
    parts = [
        f"# Commands\n\nEvery command also takes {shared}; `docs/command-line.md` explains them."
    ]
    for group, verbs in GROUPS.items():
        parts.append(f"## {group}")
        for verb in verbs:
            module, _ = COMMANDS[verb]
            parts += _described(f"ct2xkeras {verb}", importlib.import_module(module).command)
    return "\n\n".join(parts) + "\n"


def _described(path, command):
    yield f"### {path}"
    context = click.Context(command, info_name=path)
    yield f"```\n{path} {' '.join(command.collect_usage_pieces(context))}\n```"
    yield _prose(command.help)
    if table := _options(command):
        yield table
    for name, part in getattr(command, "commands", {}).items():
        yield from _described(f"{path} {name}", part)


def _prose(text):
    """Help as Markdown: paragraphs marked by \\b are examples."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        f"```bash\n{paragraph[2:]}\n```" if paragraph.startswith("\b\n") else paragraph
        for paragraph in paragraphs
    )


def _options(command):
    options = [p for p in command.params if isinstance(p, click.Option) and p not in SHARED]
    rows = [f"| {_names(o)} | {_kind(o)} | {_meaning(o)} |" for o in options]
    return "\n".join(["| option | value | meaning |", "|---|---|---|", *rows]) if rows else ""


def _names(option):
    return ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))


def _kind(option):
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return " \\| ".join(f"`{choice}`" for choice in option.type.choices)
    text = option.metavar or option.type.name.upper()
    return f"`{text}`"


def _meaning(option):
    text = (option.help or "").replace("|", "\\|")
    if option.required:
        return f"{text} Required."
    return f"{text} Default `{option.default}`." if option.show_default else text
