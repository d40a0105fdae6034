"""`ct2xkeras bench`."""

import json
from functools import partial
from pathlib import Path

import rich_click as click

from ct2xkeras.cli.destinations import FolderToWrite
from ct2xkeras.cli.output import console, print_json


@click.command("bench")
@click.argument("bench", type=click.Path(path_type=Path))
@click.option("--out", type=FolderToWrite(), help="Folder; default benches/NAME.")
@click.option("--only", multiple=True, metavar="NAME", help="This method alone. Repeatable.")
@click.option(
    "--seeds", multiple=True, type=int, metavar="SEED", help="This seed alone. Repeatable."
)
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override title, minutes, seeds, evaluation..., or a field of all recipes.",
)
@click.option("--pictures/--no-pictures", default=True, help="On the page; minutes a method.")
def command(bench, out, only, seeds, overrides, pictures):
    """Train all methods of BENCH on the same data for the same time, several seeds each, measure
    them alike, and write one table and one page.

    \b
    ct2xkeras bench recipes/bench/phantom.yaml
    ct2xkeras bench recipes/bench/chest.yaml --set "data.ct=['cts']" --set "data.xray=['xrays']"
    ct2xkeras bench recipes/bench/phantom.yaml --only eg3d --set minutes=5 --out benches/short

    Ctrl-C saves a checkpoint; the same command goes on and repeats nothing that is finished. Runs
    that fail are in the table and stop no others; then the exit status is 1.
    """
    from ct2xkeras.bench import BenchFolder, load_bench, run_bench
    from ct2xkeras.bench.work import Work

    loaded = load_bench(bench, overrides)
    folder = BenchFolder(out or Path("benches") / bench.stem)
    try:
        say, work = partial(console.print, markup=False), Work(console.quiet)
        run_bench(loaded, folder, only, seeds, pictures, say, work)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("Stopped; the same command goes on.") from None
    print_json(json.loads(folder.summary_file.read_text(encoding="utf-8")))
