"""`ct2xkeras runs`."""

from pathlib import Path

import rich_click as click

from ct2xkeras.cli.output import print_json


@click.command("runs")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("runs"))
def command(folder):
    """List the run folders in FOLDER (runs): state, progress, best metrics, size, last change.

    \b
    ct2xkeras runs
    ct2xkeras runs runs/chest64 --json

    A run is training, finished, stopped (the same `train` command goes on), failed, or killed: its
    process is gone. Metrics are those of `evaluate`, each at its best, with the images seen then.
    """
    from ct2xkeras.cli.runs_output import print_runs, run_values
    from ct2xkeras.training.listing import list_runs

    runs = list_runs(folder)
    print_runs(runs, folder)
    print_json([run_values(run) for run in runs])
