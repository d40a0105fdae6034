"""`ct2xkeras train`."""

from pathlib import Path

import rich_click as click

from ct2xkeras.cli.output import console
from ct2xkeras.quiet import quiet_tensorflow


@click.command("train")
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Run folder; default runs/NAME.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override a field.")
@click.option("--resume", is_flag=True, help="Go on from the newest checkpoint.")
def command(recipe, out, overrides, resume):
    """Train a model from RECIPE into a run folder.

    \b
    ct2xkeras train recipes/quickstart.yaml
    ct2xkeras train recipes/chest64.yaml --set data.ct=['cts/*.nii.gz'] --out runs/mine
    """
    from ct2xkeras.recipe import load_recipe
    from ct2xkeras.training.run_folder import RunError, RunFolder, check_same_recipe

    loaded = load_recipe(recipe, overrides)
    run = RunFolder(out or Path("runs") / loaded.name)
    if resume and run.exists:
        check_same_recipe(run, loaded)
    elif resume and run.path.exists():
        raise RunError(f"{run.path}: has no recipe.yaml, so there is nothing to resume.")

    quiet_tensorflow()
    from ct2xkeras.evaluation.evaluate import evaluate
    from ct2xkeras.evaluation.records import metric_line, record_metrics
    from ct2xkeras.training.train import train

    result = train(loaded, run, console, resume=resume)
    if result.interrupted:
        console.print(
            f"Stopped by {result.interrupted} after {result.images} images; "
            "the same command with --resume goes on."
        )
        return
    values = evaluate(run, loaded)
    record_metrics(run, result.images, values)
    newest = max(run.samples.glob("*.png"), default=run.samples)
    console.print(f"Trained on {result.images} images. Pictures: {newest}")
    console.print(metric_line(values), markup=False)
