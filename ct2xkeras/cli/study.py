"""`ct2xkeras study`."""

import csv
import io
from pathlib import Path

import rich_click as click

from ct2xkeras.cli.destinations import FileToWrite, FolderToWrite
from ct2xkeras.cli.named_sources import all_named, named
from ct2xkeras.cli.numbers import SEED, FiniteRange
from ct2xkeras.cli.output import console, print_json

DEFAULT_REAL_NAME = "real"


@click.group("study")
def command():
    """Blind studies of how much pictures look like real X-rays."""


@command.command("build")
@click.argument("methods", metavar="[NAME=]FOLDER...", nargs=-1, required=True)
@click.option(
    "--real", required=True, metavar="[NAME=]FOLDER", help="Real radiographs: rated and references."
)
@click.option("--out", required=True, type=FolderToWrite(), help="A new folder.")
@click.option("--title", help="Heading that raters read; it must not name a method.")
@click.option("--per-method", type=click.IntRange(1), help="Pictures of each; default 20.")
@click.option(
    "--repeats", type=click.IntRange(0), help="Pictures of each that come twice; default 2."
)
@click.option(
    "--size",
    type=click.IntRange(32, 2048),
    metavar="PIXELS",
    help="Bring all to squares of this side; default the size of the methods' pictures.",
)
@click.option(
    "--crop",
    type=FiniteRange(0, 1, min_open=True),
    help="Share of the middle of real radiographs that is shown; default 1, all.",
)
@click.option("--seed", type=SEED, help="Of every draw; default 0.")
def build(methods, real, out, **settings):
    """A page on which raters compare methods' pictures, blind, with real radiographs.

    \b
    ct2xkeras study build ours=out/ours 'drr=out/*_drr.png' --real xrays --out study

    Writes OUT/index.html, one file that is given to raters and opens in any browser, and
    OUT/key.json, which says whose each picture is and stays with you. FOLDER may be a pattern.
    Real radiographs are prepared as for training; --crop should be what the model was trained with.
    """
    from ct2xkeras.evaluation.study import StudySettings, build_study

    given = {name: value for name, value in settings.items() if value is not None}
    real = named(real, DEFAULT_REAL_NAME)
    study = build_study(all_named(methods, "methods"), real, StudySettings(**given))
    study.write(out)
    names = ", ".join(study.key.methods)
    size = len(study.page.encode()) / 1e6
    page = f"{len(study.key.items)} pictures to rate ({names}), {size:.1f} MB"
    console.print(f"{out / 'index.html'}: for the raters; {page}", markup=False)
    console.print(f"{out / 'key.json'}: whose each picture is; do not give it away", markup=False)
    print_json(
        {
            "page": out / "index.html",
            "key": out / "key.json",
            "methods": list(study.key.methods),
            "pictures": len(study.key.items),
        }
    )


@command.command("score")
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--allow-incomplete", is_flag=True, help="Take raters who did not finish.")
@click.option("--out", type=FileToWrite(), help="Write every rating here, as CSV.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Of intervals.")
def score(study, results, allow_incomplete, out, seed):
    """Mean scores of methods and agreement of raters.

    \b
    ct2xkeras study score study ct2xkeras-study-*.json

    STUDY is the folder that `study build` wrote, RESULTS are the files that raters saved. Changed,
    incomplete, foreign and doubled ones are refused.
    """
    from ct2xkeras.evaluation.study import read_key, read_results, score_study
    from ct2xkeras.evaluation.study.scoring import rating_rows
    from ct2xkeras.files import write_text

    key = read_key(study)
    results = read_results(results, key, allow_incomplete)
    summary = score_study(key, results, seed)
    _print(summary)
    print_json(summary)
    if out:
        write_text(out, _csv(rating_rows(key, results)))


def _csv(rows) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _print(summary) -> None:
    from rich.table import Table

    table = Table("method", "mean score", "95 % interval", "ratings")
    for name, found in summary["methods"].items():
        interval = f"{_number(found['low'])} to {_number(found['high'])}"
        table.add_row(name, _number(found["mean"]), interval, str(found["ratings"]))
    console.print(table)
    alpha, repeats = summary["alpha"], summary["repeats"]
    console.print(
        f"{summary['raters']} raters, Krippendorff's alpha {_number(alpha['ordinal'])} (ordinal), "
        f"{_number(alpha['interval'])} (interval)"
    )
    console.print(
        f"{repeats['pairs']} repeated ratings: {_number(repeats['same'])} the same, "
        f"mean difference {_number(repeats['difference'])}"
    )


def _number(value) -> str:
    return "-" if value is None else f"{value:.2f}"
