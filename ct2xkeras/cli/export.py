"""`ct2xkeras export`."""

from pathlib import Path

import rich_click as click

from ct2xkeras.cli.output import console
from ct2xkeras.quiet import quiet_tensorflow


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("destination", type=click.Path(path_type=Path))
@click.option("--version", type=click.IntRange(min=1), help="Default: the next free number.")
def command(run, destination, version):
    """Write the averaged networks of RUN as DESTINATION/VERSION, a SavedModel.

    \b
    ct2xkeras export runs/quickstart SavedModels/quickstart
    """
    from ct2xkeras.training.run_folder import RunFolder

    folder = RunFolder(run)
    recipe = folder.load_recipe()

    quiet_tensorflow()
    from ct2xkeras.serving.export import export
    from ct2xkeras.training.loading import load_model

    path = export(load_model(folder, recipe), destination, version)
    console.print(f"Exported {run} to {path}")
