"""python -m tfrecords_tools.beam_build RECIPE --out DIR [BEAM OPTIONS]: a build on Apache Beam."""

import click

from ct2xkeras.cli.prepare import print_counts
from tfrecords_tools.common import one_line_errors


@click.command(
    help="Build the data set of RECIPE on Apache Beam. Options that are not listed here go to "
    "Beam, as --runner=FlinkRunner --flink_master=HOST:8081.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("recipe", type=click.Path())
@click.option("--out", required=True, help="Folder or address that every worker can reach.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a field.")
@click.option(
    "--overwrite", is_flag=True, help="Replace a data set of other settings, or a damaged one."
)
@click.argument("beam_options", nargs=-1, type=click.UNPROCESSED)
@one_line_errors
def main(recipe, out, settings, overwrite, beam_options):
    from ct2xkeras.recipe import build_dataset_spec, load_recipe

    loaded = load_recipe(recipe, settings)
    try:
        from ct2xkeras.data.dataset.beam_build import build_dataset_on_beam
    except ModuleNotFoundError as error:
        raise ValueError(f"{error}; install it: pip install 'ct2xkeras[beam]'") from error
    spec, content = build_dataset_spec(loaded), loaded.model_dump(mode="json")
    info = build_dataset_on_beam(spec, out, beam_options, overwrite, content)
    print_counts(info, out)


if __name__ == "__main__":
    main()
