"""`ct2xkeras train`."""

import os
import signal
from pathlib import Path

import rich_click as click

from ct2xkeras.cli.destinations import FolderToWrite
from ct2xkeras.cli.output import console, print_json
from ct2xkeras.progress import progress_console
from ct2xkeras.quiet import quiet_tensorflow


@click.command("train")
@click.argument("recipe", type=click.Path(path_type=Path), required=False)
@click.option("--recipe", "packaged", metavar="NAME", help="Instead of RECIPE: one by its name.")
@click.option("--out", type=FolderToWrite(), help="Run folder; default runs/NAME.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override a field.")
@click.option(
    "--resume/--no-resume",
    default=True,
    help="Go on with a run that is there (the default), or refuse to touch it.",
)
@click.option("--profile", is_flag=True, help="TensorBoard profile of steps 10 to 20.")
def command(recipe, packaged, out, overrides, resume, profile):
    """Train a model from RECIPE into a run folder, or go on with the run that is there.

    \b
    ct2xkeras train recipes/quickstart.yaml
    ct2xkeras train --recipe quickstart
    ct2xkeras train recipes/chest64.yaml --set data.ct=['cts/*.nii.gz'] --out runs/mine

    Ctrl-C and SIGTERM save a checkpoint; the same command goes on from it.
    """
    from ct2xkeras.recipe import load_with_origins
    from ct2xkeras.recipe.checking import located_dataset_spec
    from ct2xkeras.training.run_folder import RunError, RunFolder, check_same_recipe

    if (recipe is None) == (packaged is None):
        raise click.UsageError("give one recipe: RECIPE, or --recipe NAME.")
    loaded, origins = load_with_origins(recipe or packaged, overrides)
    run = RunFolder(out or Path("runs") / loaded.name)
    if run.exists and not resume:
        raise RunError(f"{run.path}: is there already. Choose another folder with --out.")
    if run.exists:
        check_same_recipe(run, loaded)
        run = _where_it_was_started(run)
    located_dataset_spec(loaded, origins)  # a missing list of patients is said now
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _train_and_measure(loaded, run, profile)
    except KeyboardInterrupt:  # before the first step, at a second signal, or in the evaluation
        raise KeyboardInterrupt(_kept(run)) from None


def _where_it_was_started(run):
    """The run from the folder that relative paths of its recipe lead from; goes there."""
    folder = run.started_in
    if folder == Path.cwd():
        return run
    console.print(f"{run.path}: goes on in {folder}, where it was started.", markup=False)
    run = type(run)(run.path.resolve())
    os.chdir(folder)
    return run


def _interrupt(number, frame):
    raise KeyboardInterrupt


def _kept(run):
    """What an interruption that saved no checkpoint leaves behind."""
    from ct2xkeras.training.listing import newest_checkpoint

    if images := newest_checkpoint(run.checkpoints):
        kept = f"{run.path} has a checkpoint after {images} images"
    elif run.exists:
        kept = f"before the first step; {run.path} and finished parts of its data are kept"
    else:
        kept = "before the first step; nothing was written"
    return f"Interrupted: {kept}. The same command goes on."


def _train_and_measure(recipe, run, profile):
    quiet_tensorflow()
    from ct2xkeras.training.train import train

    result = train(recipe, run, progress_console(console.quiet), profile)
    done = {"run": run.path, "images": result.images, "interrupted": result.interrupted}
    if not result.is_chief:
        console.print(f"Done after {result.images} images; the first worker has the run folder.")
        print_json(done)
        return
    if result.interrupted:
        console.print(
            f"Stopped by {result.interrupted} after {result.images} images; "
            "the same command goes on."
        )
        print_json(done)
        return
    from ct2xkeras.evaluation.evaluating import evaluate_run
    from ct2xkeras.evaluation.records import metric_line, record_evaluation

    evaluation = evaluate_run(run, recipe)
    record_evaluation(run.metrics_file, evaluation)
    newest = max(run.samples.glob("*.png"), default=run.samples)
    console.print(f"Trained on {result.images} images. Pictures: {newest}")
    console.print(metric_line(evaluation.values), markup=False)
    print_json(done | {"metrics": evaluation.values})
