"""`ct2xkeras report`."""

from functools import partial
from pathlib import Path

import rich_click as click

from ct2xkeras.cli.checkpoint import checkpoint_option
from ct2xkeras.cli.destinations import FileToWrite
from ct2xkeras.cli.output import console, print_json
from ct2xkeras.quiet import quiet_tensorflow


@click.command("report")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=FileToWrite(), help="HTML file to write.")
@click.option("--title", default="", help="Heading; default the runs' names.")
@click.option(
    "--data-licence", default="", metavar="TEXT", help="Origin and licence of the data, shown."
)
@checkpoint_option
@click.option("--cases", type=click.IntRange(1), help="Views that examples are chosen from.")
@click.option("--pictures/--no-pictures", default=True, help="Pictures take a minute a run.")
def command(runs, out, title, data_licence, checkpoint, cases, pictures):
    """A page about one run, or about several side by side; the first is what others are compared
    with.

    \b
    ct2xkeras report runs/chest64 --out report.html
    ct2xkeras report runs/full runs/no_tone runs/no_structure --out ablations.html

    The page is one file that loads nothing. It takes its numbers from each run's metrics.jsonl:
    `ct2xkeras evaluate` adds to them. Runs that are unfinished or were killed are welcome.
    """
    quiet_tensorflow()
    from ct2xkeras.evaluation.report import check_different, read_run, render_report
    from ct2xkeras.files import write_text

    check_different(runs)
    gallery = None
    if pictures:
        from ct2xkeras.evaluation.report import make_gallery

        gallery = partial(make_gallery, checkpoint=checkpoint, num=cases)
    page = render_report([read_run(run, gallery) for run in runs], title, data_licence)
    write_text(out, page)
    size = len(page.encode())
    console.print(f"{out}: {size / 1e6:.1f} MB", markup=False)
    print_json({"path": out, "bytes": size})
