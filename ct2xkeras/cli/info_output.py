"""Tables of `ct2xkeras info`."""

from rich.table import Table

from ct2xkeras.cli.output import console

PREFIXES = ("", "k", "M", "G", "T")


def shown_number(number, unit=""):
    """Three figures and a prefix: 711327744 is 711 M."""
    power = 0
    while number >= 999.5 and power < len(PREFIXES) - 1:
        number, power = number / 1000, power + 1
    digits = 0 if power == 0 or number >= 99.95 else 1 if number >= 9.995 else 2
    return f"{number:.{digits}f} {PREFIXES[power]}{unit}".rstrip()


def shown_size(shape):
    """(24, 24, 24, 16) as 24 x 24 x 24 x 16; a single number as 1."""
    return " x ".join(map(str, shape)) or "1"


def print_model(name, summary):
    """Layers of one preset, and totals."""
    table = new_table(name, ("layer", "output, without the batch"), ("parameters", "FLOPs"))
    for layer in summary.layers:
        _, slash, child = layer.name.partition("/")
        table.add_row(
            f"  {child}" if slash else f"[bold]{layer.name}",
            "\n".join(map(shown_size, layer.outputs)),
            f"{layer.parameters:,}",
            shown_number(layer.flops),
        )
    console.print(table)
    for title, values, unit in (
        ("parameters", summary.parameters, ""),
        ("FLOPs of one", summary.flops, ""),
        ("memory of", summary.memory, "B"),
    ):
        parts = ", ".join(f"{key} {shown_number(value, unit)}" for key, value in values.items())
        console.print(f"{title}: {parts}")


def print_presets(architectures, summaries):
    """All presets, a line each."""
    numbers = ("parameters", "FLOPs\nof encode", "FLOPs\nof a view", "memory")
    table = new_table("presets", ("preset", "picture", "volume"), numbers)
    for name, summary in summaries.items():
        sizes = architectures[name]
        table.add_row(
            name,
            shown_size((sizes.image_size,) * 2),
            shown_size(sizes.volume_size),
            shown_number(sum(summary.parameters.values())),
            shown_number(summary.flops["encode"]),
            shown_number(summary.flops["view"]),
            shown_number(sum(summary.memory.values()), "B"),
        )
    console.print(table)


def new_table(title, names, numbers):
    """A table with columns of text, then columns of numbers."""
    table = Table(title=title, title_justify="left")
    for name in names:
        table.add_column(name, no_wrap=True)
    for name in numbers:
        table.add_column(name, no_wrap=True, justify="right")
    return table
