"""python -m tfrecords_tools.build RECIPE --out DIR: the data set of a recipe as TFRecords."""

import click

from tfrecords_tools.common import one_line_errors


@click.command(help="Build the data set of RECIPE in --out, or find it there finished.")
@click.argument("recipe", type=click.Path())
@click.option("--out", required=True, type=click.Path(file_okay=False), help="Folder to build in.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a field.")
@click.option("--overwrite", is_flag=True, help="Replace a data set made with other settings.")
@one_line_errors
def main(recipe, out, settings, overwrite):
    from ct2xkeras.data import build_dataset
    from ct2xkeras.recipe import build_dataset_spec, load_recipe

    spec = build_dataset_spec(load_recipe(recipe, settings))
    with _bar() as bar:
        info = build_dataset(spec, out, bar.step, overwrite)
    for case in info["skipped"]:
        click.echo(f"skipped {case['name']}: {case['reason']}", err=True)
    _print_counts(info, out)


class _bar:  # noqa: N801 - a context manager used like a function
    """Progress on the terminal; the total is known once the first case is done."""

    def __enter__(self):
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn("{task.description:40.40}"), BarColumn(), MofNCompleteColumn())
        self.progress = Progress(*columns, transient=True)
        self.task = self.progress.add_task("planning", total=None)
        self.progress.start()
        return self

    def step(self, done, total, name):
        self.progress.update(self.task, completed=done, total=total, description=name)

    def __exit__(self, *_):
        self.progress.stop()


def _print_counts(info, out):
    from ct2xkeras.data.info import count_of

    for split, kinds in info["splits"].items():
        counts = ", ".join(f"{count_of(info, split, kind)} {kind}" for kind in kinds)
        click.echo(f"{out}/{split}: {counts}")


if __name__ == "__main__":
    main()
