"""python -m tfrecords_tools.inspect DIR: a table of what is there, and a sheet of samples."""

import click

from tfrecords_tools.common import one_line_errors


@click.command(help="Show what the data set in DIRECTORY holds.")
@click.argument("directory", type=click.Path())
@click.option("--sheet", type=click.Path(dir_okay=False), help="Write a PNG of samples here.")
@click.option("--split", default="train", type=click.Choice(["train", "val"]), show_default=True)
@click.option("--fields", is_flag=True, help="Also explain the fields of the records.")
@one_line_errors
def main(directory, sheet, split, fields):
    from ct2xkeras.data.dataset.preview import summary

    rows = summary(directory)
    click.echo(f"{'split':8}{'kind':8}{'records':>8}{'shards':>8}")
    for name, kind, records, shards in rows:
        click.echo(f"{name:8}{kind:8}{records:8}{shards:8}")
    if fields:
        from ct2xkeras.data.dataset.records import describe

        click.echo(describe())
    if sheet:
        _write_sheet(directory, split, sheet)


def _write_sheet(directory, split, path):
    from PIL import Image

    from ct2xkeras.data.dataset.preview import sample_sheet

    Image.fromarray(sample_sheet(directory, split)).save(path, format="PNG")
    click.echo(f"samples of {split}: {path}")


if __name__ == "__main__":
    main()
