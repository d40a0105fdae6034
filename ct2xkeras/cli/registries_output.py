"""What `ct2xkeras info` prints."""

from rich.table import Table
from rich.text import Text

from ct2xkeras.cli.output import console


def print_registries(found):
    """A table for each kind of name.

    Args:
        found: of `registries`.
    """
    _print_table(
        ("method", "what it is", "presets"),
        ((name, m["says"], ", ".join(m["presets"])) for name, m in found["methods"].items()),
    )
    _print_table(
        ("recipe", "what it trains"), ((name, r["says"]) for name, r in found["recipes"].items())
    )
    _print_table(
        ("view", "primary/secondary angle, degrees"),
        (
            (name, f"{view['primary_angle']:g}/{view['secondary_angle']:g}")
            for name, view in found["views"].items()
        ),
    )
    _print_table(
        ("metric", "what it says", "better", "needs"),
        (
            (name, m["says"], m["better"], ", ".join(m["needs"]))
            for name, m in found["metrics"].items()
        ),
    )
    _print_table(
        ("extractor", "weights"),
        ((name, _weights(extractor)) for name, extractor in found["extractors"].items()),
    )


def _weights(extractor):
    if not extractor["weights"]:
        return "needs none"
    there = "there" if extractor["present"] else "missing, see `ct2xkeras weights list`"
    return f"{extractor['weights']}: {there}"


def _print_table(titles, rows):
    table = Table(box=None, padding=(0, 2, 0, 0))
    name, *others = titles
    table.add_column(name, no_wrap=True)  # names are there to be copied
    for title in others:
        table.add_column(title, overflow="fold")
    for name, *cells in rows:
        table.add_row(Text(name, "bold"), *map(Text, cells))
    console.print(table, "")
