"""`ct2xkeras weights`."""

from pathlib import Path

import rich_click as click

from ct2xkeras.cli.output import console, print_json
from ct2xkeras.quiet import quiet_tensorflow


@click.group("weights")
def command():
    """Networks that metrics see pictures with: which are there, and import of the others.

    Nothing is downloaded: get a file from where `list` says, then import it.
    """


@command.command("list")
def list_weights():
    """Known weights, which of them are there, and where to get the others; JSON has all hashes."""
    from ct2xkeras.cli import weights_output as output
    from ct2xkeras.metrics.extractors.weight_store import describe_weights

    described = describe_weights()
    output.print_weights(described)
    print_json(described)


@command.command("import")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--name", help="What the file must be; by default it is recognised.")
def import_files(files, name):
    """Check downloaded files and keep what is needed of them.

    \b
    ct2xkeras weights import pt_inception-2015-12-05-6726825d.pth
    ct2xkeras weights import alexnet-owt-7be5be79.pth lpips_v0.1_alex.pth

    A file is known by its SHA-256, whatever it is called, and refused if that is not the published
    one. Nothing in it is run. The files themselves are not needed afterwards.
    """
    for file in files:
        if not file.is_file():
            mend = "`ct2xkeras weights list` says what to download."
            raise ValueError(f"{file}: expected a file of weights, found none. {mend}")
    quiet_tensorflow()
    from ct2xkeras.metrics.extractors.importing import import_weights

    imported = []
    for file in files:
        found, path = import_weights(file, name)
        imported.append({"file": file, "weights": found, "path": path})
        console.print(f"{file}: {found}, kept as {path}", markup=False)
    print_json(imported)
