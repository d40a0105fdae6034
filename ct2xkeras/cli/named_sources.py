"""Sources that are given a name on the command line: `NAME=SOURCE`."""

from pathlib import Path

import rich_click as click


def all_named(texts, what) -> dict[str, str]:
    """{name: source} of texts, see `named`; `what` they are is said in the error.

    Raises:
        click.UsageError: a name is there twice.
    """
    found = {}
    for text in texts:
        name, source = named(text)
        if name in found:
            raise click.UsageError(f"two {what} are called {name!r}; give them as NAME=FOLDER.")
        found[name] = source
    return found


def named(text, default=None) -> tuple[str, str]:
    """(name, source) of `NAME=SOURCE` or of a source, whose name is its folder's by default."""
    name, mark, source = text.partition("=")
    if mark and not Path(text).exists():
        return name, source
    return default or Path(text).name, text
