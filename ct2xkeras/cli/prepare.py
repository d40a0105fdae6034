"""`ct2xkeras prepare`."""

from pathlib import Path

import rich_click as click

from ct2xkeras.cli.output import console
from ct2xkeras.quiet import quiet_tensorflow


@click.command("prepare")
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("--out", required=True, help="Folder of the data set, or an address (gs://...).")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override a field.")
@click.option("--workers", type=click.IntRange(1), help="Processes; default by number of cases.")
@click.option("--skip-bad", is_flag=True, help="Leave out unusable files, and list them.")
@click.option("--overwrite", is_flag=True, help="Replace a data set made with other settings.")
def command(recipe, out, overrides, workers, skip_bad, overwrite):
    """Build the data set of RECIPE as TFRecord shards, or find it there finished.

    \b
    ct2xkeras prepare recipes/chest64.yaml --out data/chest64 --skip-bad
    ct2xkeras train recipes/chest64.yaml --set data.directory=data/chest64

    An interrupted build goes on from its finished shards when the same command is given again.
    """
    from ct2xkeras.recipe import build_dataset_spec, load_recipe

    loaded = load_recipe(recipe, (*overrides, "data.skip_bad=true") if skip_bad else overrides)
    quiet_tensorflow()
    from ct2xkeras.data import build_dataset

    spec = build_dataset_spec(loaded)
    settings = loaded.model_dump(mode="json")
    try:
        with build_bar() as progress:
            info = build_dataset(spec, out, progress, overwrite, workers, settings)
    except KeyboardInterrupt:
        console.print("Interrupted; the same command goes on from the finished shards.")
        raise
    for case in info["skipped"]:
        console.print(f"skipped {case['name']}: {case['reason']}", markup=False)
    print_counts(info, out)


class build_bar:  # noqa: N801 - a context manager used like a function
    """Progress of a build on the terminal: cases, rate and time left.

    As a context manager it gives the `progress` function of `build_dataset`.
    """

    def __enter__(self):
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as Left

        columns = (TextColumn("{task.description:30.30}"), BarColumn(), MofNCompleteColumn())
        rate = TextColumn("{task.fields[rate]}")
        self.bar = Progress(*columns, rate, Left(), console=console, transient=True)
        self.task = self.bar.add_task("planning", total=None, rate="")
        self.bar.start()
        return self.step

    def step(self, done, total, name):
        speed = self.bar.tasks[self.task].speed
        rate = f"{60 * speed:.0f}/min" if speed else ""
        self.bar.update(self.task, completed=done, total=total, description=name, rate=rate)

    def __exit__(self, *_):
        self.bar.stop()


def print_counts(info, out):
    """One line a split: how many records of each kind."""
    from ct2xkeras.data.dataset.info import count_of

    for split, kinds in info["splits"].items():
        counts = ", ".join(f"{count_of(info, split, kind)} {kind}" for kind in kinds)
        console.print(f"{out}/{split}: {counts or 'empty'}", markup=False)
