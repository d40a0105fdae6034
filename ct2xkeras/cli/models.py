"""`ct2xkeras models`."""

import re
from pathlib import Path

import rich_click as click

from ct2xkeras.cli.checkpoint import checkpoint_option
from ct2xkeras.cli.destinations import FolderToWrite
from ct2xkeras.cli.named_sources import named
from ct2xkeras.cli.output import console, print_json
from ct2xkeras.cli.synthesize import ALL_STYLES
from ct2xkeras.quiet import quiet_tensorflow


@click.group("models", invoke_without_command=True)
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of models; default those that come with the package.",
)
@click.pass_context
def command(context, folder):
    """Trained models that come with the package, for `--model NAME`; packing of others.

    \b
    ct2xkeras models
    ct2xkeras models --in my_models --json
    """
    if context.invoked_subcommand is None:
        from ct2xkeras.cli.models_output import print_models
        from ct2xkeras.pretrained.registry import describe_models

        described = describe_models(folder)
        print_models(described, folder)
        print_json(described)


@command.command("pack")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("folder", type=FolderToWrite())
@click.option(
    "--style",
    "styles",
    multiple=True,
    required=True,
    metavar="[NAME=]FILE",
    help="A radiograph whose look the model keeps, as a code. Repeatable; the first is default.",
)
@click.option("--draws", required=True, help="What it draws, for instance 'chest X-rays'.")
@click.option("--licence", required=True, help="Of the weights.")
@click.option(
    "--data",
    multiple=True,
    help="Something it was trained on, with its licence. Repeatable; default what the recipe says.",
)
@checkpoint_option
@click.option(
    "--quantize",
    is_flag=True,
    help="Round weights to float16; refused where pictures differ by more than 40 dB allow.",
)
def pack(run, folder, styles, draws, licence, data, checkpoint, quantize):
    """Write the averaged networks of RUN as FOLDER, which `--model` takes as it takes a run.

    \b
    ct2xkeras models pack runs/chest ct2xkeras/pretrained/chest \\
        --style soft=a.png --style hard=b.png --draws "chest X-rays of adults" \\
        --licence Apache-2.0 --data "chest CTs of LIDC-IDRI (CC BY 3.0)"

    Limits of what it was trained on are measured on the run's data set.
    """
    from ct2xkeras.training.run_folder import RunFolder

    opened = RunFolder(run)
    recipe = opened.load_recipe()
    looks = _named_styles(styles)

    quiet_tensorflow()
    from ct2xkeras.pretrained.folder import ModelFolder
    from ct2xkeras.pretrained.packing import Packing, pack

    path = pack(opened, recipe, folder, Packing(looks, draws, licence, data, checkpoint, quantize))
    num_bytes = ModelFolder(path).num_bytes
    console.print(f"Packed {run} as {path}, {num_bytes / 1e6:.1f} MB", markup=False)
    print_json({"run": run, "path": path, "num_bytes": num_bytes, "styles": list(looks)})


def _named_styles(texts):
    """{name: file} of `NAME=FILE`, or of a file, which gives its own name."""
    found = {}
    for text in texts:
        name, file = named(text, Path(text).stem)
        if problem := _problem_of_name(name, found):
            mend = "Choose another: --style NAME=FILE."
            raise ValueError(f"--style {text}: the name {name!r} {problem}. {mend}")
        found[name] = file
    return found


def _problem_of_name(name, others):
    if name in others:
        return "is there twice"
    if name == ALL_STYLES:
        return "stands for all styles"
    if not re.fullmatch(r"[\w-]+", name):
        return "holds more than letters, digits, - and _"
    return ""
