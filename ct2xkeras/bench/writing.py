"""table.md and results.json of a bench; both are true at any time, also of one that goes on."""

import json
from dataclasses import asdict

from ct2xkeras.bench.tables import shown_over_seeds
from ct2xkeras.files import write_text
from ct2xkeras.training.run_folder import versions


def write_table(path, loaded, rows, tables, warnings=()):
    """Write the tables as Markdown.

    Args:
        path: of the file.
        loaded: a `LoadedBench`.
        rows: of `summarize`; tables: of `tables_of`.
        warnings: lines of `floor_warnings`.
    """
    parts = [f"# {loaded.bench.title}", conditions(loaded)]
    parts += [_markdown(table) for table in tables]
    parts.append(_training(rows))
    if notes := [*warnings, *notes_of(rows)]:
        parts.append("\n".join(f"- {note}" for note in notes))
    write_text(path, "\n\n".join(parts) + "\n")


def write_summary(path, loaded, rows, warnings=()):
    """Write the same for programs: means, standard deviations and numbers of runs."""
    content = {
        **loaded.bench.model_dump(mode="json", exclude={"methods", "set"}),
        "data": loaded.spec.settings(),
        "versions": versions(),
        "rows": [asdict(row) for row in rows],
        "notes": [*warnings, *notes_of(rows)],
    }
    write_text(path, json.dumps(content, indent=2) + "\n")


def notes_of(rows):
    """Lines about runs that failed, and those that are not there yet."""
    failures = {f"{row.method}, {failure}" for row in rows for failure in row.failures}
    missing = [f"{row.name} ({len(row.seeds)} of {row.planned} seeds)" for row in _unfinished(rows)]
    notes = [f"Failed: {failure}" for failure in sorted(failures)]
    return notes + ([f"Not whole: {', '.join(missing)}."] if missing else [])


def _unfinished(rows):
    return [row for row in rows if not row.is_floor and len(row.seeds) < row.planned]


def conditions(loaded):
    """What holds for all numbers of a bench, in words."""
    bench, evaluation = loaded.bench, loaded.bench.evaluation
    return (
        f"Each run was trained for at most {bench.minutes:g} minutes by the clock, seeds "
        f"{', '.join(map(str, bench.seeds))}, on one data set (seed {loaded.spec.seed}), and "
        f"measured on {evaluation.cases} held-out views (seed {evaluation.seed}). Mean ± standard "
        "deviation over seeds; bold: the best mean of the methods, however close the next one is. "
        "A column's name says extractor and number of pictures."
    )


def _markdown(table):
    heads = [f"`{column['spec']}` {column['arrow']}".strip() for column in table["columns"]]
    lines = [
        f"## {table['title']}",
        "",
        _line(["method", "seeds", *heads]),
        _line(["---", *["---:"] * (1 + len(heads))]),
    ]
    for row in table["rows"]:
        cells = [f"**{c['text']}**" if c["best"] else c["text"] for c in row["cells"]]
        name = f"*{row['name']}*" if row["floor"] else row["name"]
        lines.append(_line([name, row["seeds"], *cells]))
    return "\n".join([*lines, "", table["legend"]])


def _training(rows):
    """What each method trained on, a line each."""
    lines = [_line(["method", "images (views)", "minutes"]), _line(["---", "---:", "---:"])]
    seen = {row.method: row for row in reversed(rows) if row.images}
    for row in reversed(seen.values()):
        images = shown_over_seeds(row.images, shown="{:,.0f}".format)
        minutes = shown_over_seeds(row.minutes, shown="{:.1f}".format)
        lines.append(_line([row.method, images, minutes]))
    return "\n".join(["## Training", "", *lines])


def _line(cells):
    return f"| {' | '.join(cells)} |"
