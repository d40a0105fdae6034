"""`ct2xkeras inspect`."""

import json
import sys
from pathlib import Path

import rich_click as click

from ct2xkeras.cli.destinations import FileToWrite
from ct2xkeras.cli.output import print_json

KINDS = ("auto", "ct", "xray")


@click.command("inspect")
@click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path())
@click.option("--xray", "xrays", multiple=True, metavar="PATTERN", help="Radiographs. Repeatable.")
@click.option(
    "--kind",
    default="auto",
    show_default=True,
    type=click.Choice(KINDS),
    help="What PATHs hold; `auto` goes by endings and DICOM modality.",
)
@click.option(
    "--recipe",
    type=click.Path(path_type=Path),
    help="Take splits from it; without PATHs, its files too.",
)
@click.option("--patient-pattern", default="", metavar="RE", help="Finds the patient in a name.")
@click.option("--report", type=FileToWrite(), help="Write all findings here, as JSON.")
@click.option("--sheet", type=FileToWrite(), help="Write a PNG of previews here.")
def command(paths, xrays, kind, recipe, patient_pattern, report, sheet):
    """Check CTs and radiographs before working with them.

    \b
    ct2xkeras inspect cts/ xrays/ --sheet sheet.png --report report.json
    ct2xkeras inspect --recipe recipes/chest64.yaml

    PATHs are files, folders (searched through) or patterns. Exit status 1 if there is an error:
    an unreadable file, no patient in it, HU off their scale, or one picture or patient in two
    splits. Warnings and notes leave it at 0.
    """
    from ct2xkeras.cli import inspect_output as output
    from ct2xkeras.data.inspection import build_report, compare_cases, list_items
    from ct2xkeras.files import write_text

    if not (paths or xrays or recipe):
        raise click.UsageError("expected PATHs, --xray or --recipe.")
    items = list_items(paths, xrays, kind, _spec(recipe), _checked(patient_pattern))
    entries = [] if sheet else None
    cases = compare_cases(output.inspect_all(items, entries))
    content = build_report(cases)
    output.print_cases(cases)
    print_json(content)
    if report:
        write_text(report, json.dumps(content, indent=2) + "\n")
    if sheet:
        output.write_sheet(sheet, cases, entries)
    sys.exit(1 if content["problems"] else 0)


def _spec(recipe):
    if recipe is None:
        return None
    from ct2xkeras.recipe import load_with_origins
    from ct2xkeras.recipe.checking import located_dataset_spec

    return located_dataset_spec(*load_with_origins(recipe))


def _checked(pattern):
    import re

    try:
        re.compile(pattern)
    except re.error as error:
        raise click.UsageError(f"--patient-pattern {pattern!r}: {error}.") from None
    return pattern
