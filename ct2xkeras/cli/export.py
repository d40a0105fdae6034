"""`ct2xkeras export`."""

from pathlib import Path

import rich_click as click

from ct2xkeras.cli.checkpoint import checkpoint_option
from ct2xkeras.cli.destinations import check_file, check_folder
from ct2xkeras.cli.output import console, print_json
from ct2xkeras.quiet import quiet_tensorflow


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("destination", type=click.Path(path_type=Path))
@click.option("--version", type=click.IntRange(min=1), help="Default: the next free number.")
@checkpoint_option
@click.option(
    "--quantize",
    is_flag=True,
    help="Store weights in float16; refused where pictures differ by more than 40 dB allow.",
)
def command(run, destination, version, checkpoint, quantize):
    """Write the averaged networks of RUN as DESTINATION/VERSION, a SavedModel for TF Serving, or
    as DESTINATION itself if that ends in .keras.

    \b
    ct2xkeras export runs/quickstart SavedModels/quickstart
    ct2xkeras export runs/quickstart quickstart.keras
    """
    from ct2xkeras.recipe import build_pose_prior
    from ct2xkeras.training.run_folder import RunFolder

    as_keras = destination.suffix == ".keras"
    if as_keras and (version or quantize):
        raise click.UsageError("--version and --quantize are for SavedModels, not for .keras files")
    (check_file if as_keras else check_folder)("DESTINATION", destination)
    folder = RunFolder(run)
    recipe = folder.load_recipe()

    quiet_tensorflow()
    from ct2xkeras.serving.export import export, export_keras
    from ct2xkeras.serving.requests import WARM_UP_FILE
    from ct2xkeras.serving.run_provenance import run_provenance
    from ct2xkeras.serving.usual_camera import UsualCamera
    from ct2xkeras.training.loading import load_model

    networks = load_model(folder, recipe, checkpoint).ema_networks
    if as_keras:
        path = export_keras(networks, destination)
    else:
        crop = sum(recipe.data.crop) / 2
        provenance = run_provenance(folder, recipe, checkpoint)
        camera = UsualCamera.of_prior(build_pose_prior(recipe))
        path = export(networks, destination, version, crop, quantize, provenance, camera)
        if not (path / WARM_UP_FILE).exists():
            console.print(
                "note: without requests to warm up; pip install 'ct2xkeras[serving]' for them",
                markup=False,
            )
    console.print(f"Exported {run} to {path}", markup=False)
    print_json({"run": run, "path": path})
