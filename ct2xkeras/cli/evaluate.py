"""`ct2xkeras evaluate`."""

import rich_click as click

from ct2xkeras.cli.checkpoint import checkpoint_option
from ct2xkeras.cli.destinations import FileToWrite, FolderToWrite
from ct2xkeras.cli.numbers import SEED, FiniteRange
from ct2xkeras.cli.output import console, print_json
from ct2xkeras.quiet import quiet_tensorflow

#: Options that say what belongs to the pictures of a folder.
FOLDER_ONLY = ("drr", "coverage", "truth", "size")


@click.command("evaluate")
@click.argument("source")
@click.option("--against", metavar="FOLDER|DATASET", help="Real radiographs to compare with.")
@click.option("--data", metavar="DATASET", help="Data set whose held-out CTs are shown.")
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Repeatable; see below.")
@click.option("--extractor", metavar="NAME|FILE", help="What features are compared; see below.")
@click.option("--cases", type=click.IntRange(min=2), help="Number of pictures.")
@click.option("--seed", type=SEED, help="Of the draw of cases and of intervals.")
@checkpoint_option
@click.option(
    "--crop",
    type=FiniteRange(0, 1, min_open=True),
    help="Share of the middle of real radiographs that is shown.",
)
@click.option(
    "--inversion-steps",
    type=click.IntRange(0),
    help="Of a generative method's search for each patient; 0 measures what it makes up.",
)
@click.option("--drr", metavar="FOLDER", help="DRRs of a folder's pictures, same file names.")
@click.option("--coverage", metavar="FOLDER", help="Masks, white where rays cross the CT.")
@click.option("--truth", metavar="FOLDER", help="True radiographs of a folder's pictures.")
@click.option("--size", type=click.IntRange(32, 2048), help="Bring a folder's pictures to squares.")
@click.option(
    "--prepare",
    type=click.Choice(["against", "both", "none"]),
    default="against",
    show_default=True,
    help="Which folders hold real radiographs as they come, to be prepared as for training.",
)
@click.option(
    "--save",
    type=FolderToWrite(),
    metavar="FOLDER",
    help="Write the pictures and DRRs, for other methods.",
)
@click.option("--out", type=FileToWrite(), help="Append the numbers to this file.")
def command(source, metrics, checkpoint, out, **options):
    """Measure pictures: those of a run folder or a SavedModel on held-out cases, or a folder's.

    \b
    ct2xkeras evaluate runs/chest64 --checkpoint best --metric kid --metric structure
    ct2xkeras evaluate SavedModels/chest64 --against data/chest64
    ct2xkeras evaluate 'peer/*.png' --against xrays --crop 0.65 --drr drrs --cases 40
    ct2xkeras evaluate xrays_a --against xrays_b --prepare both --size 64 --crop 0.65

    Metrics: structure, mutual-information, edge-displacement, view-displacement, kid, fid,
    fid-infinity, style, truth-ssim, truth-ms-ssim, truth-psnr, truth-lpips-alex (-vgg, -squeeze),
    truth-squeezenet-keras-cosine. By default those that can be measured. Extractors: pixels32,
    squeezenet-keras, inception-2015-12-05 (the one of published FID and KID), or a .keras file.

    Every number has a 95 % interval. Those of a run are appended to its metrics.jsonl.
    """
    from ct2xkeras.cli import evaluate_output
    from ct2xkeras.evaluation.records import record_evaluation

    quiet_tensorflow()
    evaluation, file = _evaluated(source, tuple(metrics), checkpoint, options)
    evaluate_output.print_evaluation(evaluation)
    print_json(evaluation.record())
    if destination := out or file:
        destination.parent.mkdir(parents=True, exist_ok=True)
        record_evaluation(destination, evaluation)
        console.print(f"Appended to {destination}.", markup=False)


def _evaluated(source, metrics, checkpoint, options):
    """The `Evaluation` of a source of whatever kind, and the file that it belongs to or None."""
    from ct2xkeras.evaluation import evaluating
    from ct2xkeras.evaluation.picture_folders import FolderSource
    from ct2xkeras.evaluation.saved_networks import saved_model_folder
    from ct2xkeras.training.run_folder import RunFolder

    of_folder = {name: options.pop(name) for name in FOLDER_ONLY}
    prepare = options.pop("prepare")
    stored = prepare == "none"
    request = evaluating.Request(metrics=metrics, checkpoint=checkpoint, stored=stored, **options)
    run, saved = RunFolder(source), saved_model_folder(source)
    around = RunFolder(run.path.parent)
    if around.exists and run.path == around.checkpoints:
        run.load_recipe()  # says what to give instead
    if run.exists or saved:
        _refuse({**of_folder, "prepare": prepare == "both"}, f"{source} is no folder of pictures")
    if run.exists:
        return evaluating.evaluate_run(run, run.load_recipe(), request), run.metrics_file
    if checkpoint != "newest":
        raise click.UsageError(f"{source} is no run folder: leave --checkpoint out.")
    _refuse({"inversion-steps": request.inversion_steps}, f"{source} is no run folder")
    if saved:
        return evaluating.evaluate_saved_model(saved, request), None
    _refuse({"data": request.data, "save": request.save}, f"{source} is a folder of pictures")
    of_folder["raw"] = prepare == "both"
    return evaluating.evaluate_folder(FolderSource(source, **of_folder), request), None


def _refuse(options, why):
    given = [f"--{name}" for name, value in options.items() if value]
    if given:
        raise click.UsageError(f"{why}: leave {', '.join(given)} out.")
