"""What the processes of a bench do; arguments and values are plain, so that they can be sent."""

from pathlib import Path

from ct2xkeras.quiet import quiet_tensorflow


def prepare(recipe, evaluation, quiet):
    """Build the data set of a recipe, or find it there; missing weights are said before that.

    Args:
        recipe: a `Recipe` as a dictionary, with `data.directory`.
        evaluation: a `BenchEvaluation` as a dictionary.
        quiet: whether no progress is shown.
    """
    quiet_tensorflow()
    from ct2xkeras.data import build_dataset
    from ct2xkeras.evaluation.metric_table import PERCEPTUAL
    from ct2xkeras.metrics.extractors import distance_names, find_distance, find_extractor
    from ct2xkeras.progress import case_bar, progress_bars, progress_console
    from ct2xkeras.recipe import Recipe, build_dataset_spec

    for name in evaluation["extractors"]:
        find_extractor(name)
    for name in distance_names():
        if PERCEPTUAL + name in evaluation["metrics"]:
            find_distance(name)
    loaded = Recipe.model_validate(recipe)
    spec, directory = build_dataset_spec(loaded), loaded.data.directory
    with progress_bars(progress_console(quiet)) as bars:
        build_dataset(spec, directory, case_bar(bars), workers=None, recipe=recipe)


def train_run(recipe, path, quiet):
    """Train a recipe, a dictionary, into a run folder; a signal ends it as an interruption."""
    quiet_tensorflow()
    from ct2xkeras.progress import progress_console
    from ct2xkeras.recipe import Recipe
    from ct2xkeras.training.run_folder import RunFolder
    from ct2xkeras.training.train import train

    result = train(Recipe.model_validate(recipe), RunFolder(path), progress_console(quiet))
    if result.interrupted:
        raise KeyboardInterrupt


def evaluate_run(path, evaluation, variant):
    """Measure a run; see `ct2xkeras.bench.measuring`.

    Args:
        path: of the run folder.
        evaluation: a `BenchEvaluation` as a dictionary.
        variant: of `variants_of`.
    """
    quiet_tensorflow()
    from ct2xkeras.bench.measuring import measure_run
    from ct2xkeras.bench.schema import BenchEvaluation
    from ct2xkeras.training.run_folder import RunFolder

    return measure_run(RunFolder(path), BenchEvaluation.model_validate(evaluation), variant)


def write_page(path, title, runs, over_seeds, cases):
    """Write the report; see `ct2xkeras.bench.page`.

    Args:
        path: of the HTML file.
        runs: {name: path of a run folder}.
        over_seeds: see `render_report`.
        cases: that pictures are chosen from; 0 for none.
    """
    quiet_tensorflow()
    from ct2xkeras.bench.page import bench_page
    from ct2xkeras.files import write_text

    write_text(Path(path), bench_page(title, runs, over_seeds, cases))
