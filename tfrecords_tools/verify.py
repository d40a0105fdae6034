"""python -m tfrecords_tools.verify DIR: reads every record; exit status 1 when one is bad."""

import sys

import click

from tfrecords_tools.common import one_line_errors


@click.command(help="Check every shard and record of the data set in DIRECTORY.")
@click.argument("directory", type=click.Path())
@one_line_errors
def main(directory):
    from ct2xkeras.data import verify_dataset

    problems = verify_dataset(directory)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    click.echo(f"{directory}: whole")


if __name__ == "__main__":
    main()
