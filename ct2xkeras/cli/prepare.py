"""`ct2xkeras prepare`."""

from pathlib import Path

import rich_click as click

from ct2xkeras.cli.destinations import check_folder
from ct2xkeras.cli.output import console, print_json
from ct2xkeras.progress import case_bar, progress_bars, progress_console
from ct2xkeras.quiet import quiet_tensorflow


@click.command("prepare")
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("--out", required=True, help="Folder of the data set, or an address (gs://...).")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override a field.")
@click.option("--workers", type=click.IntRange(1), help="Processes; default by number of cases.")
@click.option("--skip-bad", is_flag=True, help="Leave out unusable files, and list them.")
@click.option(
    "--overwrite", is_flag=True, help="Replace a data set of other settings, or a damaged one."
)
def command(recipe, out, overrides, workers, skip_bad, overwrite):
    """Build the data set of RECIPE as TFRecord shards, or find it there finished.

    \b
    ct2xkeras prepare recipes/chest64.yaml --out data/chest64 --skip-bad
    ct2xkeras train recipes/chest64.yaml --set data.directory=data/chest64

    An interrupted build goes on from its finished shards when the same command is given again.
    """
    from ct2xkeras.data.locations import is_remote
    from ct2xkeras.recipe import load_with_origins
    from ct2xkeras.recipe.checking import located_dataset_spec

    if not is_remote(out):
        check_folder("--out", Path(out))
    overrides = (*overrides, "data.skip_bad=true") if skip_bad else overrides
    loaded, origins = load_with_origins(recipe, overrides)
    spec = located_dataset_spec(loaded, origins)
    quiet_tensorflow()
    from ct2xkeras.data import build_dataset

    settings = loaded.model_dump(mode="json")
    try:
        with progress_bars(progress_console(console.quiet)) as bars:
            info = build_dataset(spec, out, case_bar(bars), overwrite, workers, settings)
    except KeyboardInterrupt:
        said = "Interrupted; the same command goes on from the finished shards."
        raise KeyboardInterrupt(said) from None
    for case in info["skipped"]:
        console.print(f"skipped {case['name']}: {case['reason']}", markup=False)
    print_counts(info, out)
    print_json({"path": out, "splits": record_counts(info), "skipped": info["skipped"]})


def print_counts(info, out):
    """One line a split: how many records of each kind."""
    for split, kinds in record_counts(info).items():
        counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        console.print(f"{out}/{split}: {counts or 'empty'}", markup=False)


def record_counts(info):
    """{split: {kind: number of records}} of a data set's info."""
    from ct2xkeras.data.dataset.info import count_of

    return {
        split: {kind: count_of(info, split, kind) for kind in kinds}
        for split, kinds in info["splits"].items()
    }
