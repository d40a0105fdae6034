"""Tables of a bench, as plain values: methods are rows, metrics are columns."""

from ct2xkeras.bench.variants import INVERTED
from ct2xkeras.evaluation.records import shown_value
from ct2xkeras.evaluation.report.tables import ABOUT

#: Titles of the tables, and how names of their metrics begin; the first that fits.
GROUPS = {
    "Realism": ("kid", "fid"),
    "Structure": ("structure", "mutual-", "edge-", "view-"),
    "Likeness to the true X-ray": ("truth-",),
    "Style": ("style-",),
    "Other": ("",),
}
ARROWS = {"higher": "↑", "lower": "↓", "": ""}


def tables_of(rows):
    """Tables of the rows of `summarize`: one of each group of metrics that was measured.

    Returns:
        list of {"title", "columns", "rows", "legend"}; a column is {"spec", "arrow"}, a row
        {"name", "seeds", "images", "floor", "cells"}, a cell {"text", "best"}. Best is the best
        mean of the methods, if any two differ.
    """
    specs = _in_order(spec for row in rows for spec in row.cells)
    groups = {title: [spec for spec in specs if _group(spec) == title] for title in GROUPS}
    return [_table(title, columns, rows) for title, columns in groups.items() if columns]


def shown_over_seeds(value, num=None, shown=shown_value):
    """`0.0123 ± 0.0012`, with the number of runs behind it where it is not `num`.

    Args:
        shown: text of a number.
    """
    if value is None:
        return "-"
    spread = "" if value.std is None else f" ± {shown(value.std)}"
    count = "" if num in (None, value.num) else f" ({value.num})"
    return f"{shown(value.mean)}{spread}{count}"


def representative_seeds(outcomes, methods):
    """{method: seed} of the run that stands for others: the median by realism, or the first.

    Args:
        outcomes: {(method, seed): `Outcome`}.
        methods: names, in order.
    """
    found = {}
    for method in methods:
        seeds = [s for (name, s), o in outcomes.items() if name == method and o.is_trained]
        if seeds:
            values = {seed: _main_values(outcomes[method, seed]) for seed in sorted(seeds)}
            found[method] = _median_seed(values)
    return found


def _main_values(outcome):
    """The values of the variant that pictures are made by."""
    evaluations = outcome.evaluations
    return evaluations.get(INVERTED) or next(iter(evaluations.values()), {})


def _median_seed(values):
    """The seed whose first metric is the median among the seeds.

    Args:
        values: {seed: {metric spec: value}}.
    """
    seeds = list(values)
    specs = _in_order(spec for found in values.values() for spec in found)
    shared = [s for s in specs if _name(s) in ABOUT and all(s in v for v in values.values())]
    shared.sort(key=lambda spec: list(GROUPS).index(_group(spec)))
    if shared:
        seeds.sort(key=lambda seed: values[seed][shared[0]])
    return seeds[(len(seeds) - 1) // 2]


def _table(title, specs, rows):
    best = {spec: _best(spec, rows) for spec in specs}
    shown = [row for row in rows if not row.is_floor or any(spec in row.cells for spec in specs)]
    return {
        "title": title,
        "columns": [{"spec": spec, "arrow": ARROWS[_about(spec)[1]]} for spec in specs],
        "rows": [_row(row, specs, best) for row in shown],
        "legend": _legend(specs),
    }


def _legend(specs):
    """What each metric says and which values are better."""
    names = [name for name in dict.fromkeys(map(_name, specs)) if name in ABOUT]
    texts = ((name, *ABOUT[name]) for name in names)
    return " ".join(
        f"{name}: {says}{better and f', {better} is better'}." for name, says, better in texts
    )


def _row(row, specs, best):
    cells = [row.cells.get(spec) for spec in specs]
    num = None if row.is_floor else len(row.seeds)
    return {
        "name": row.name,
        "seeds": "" if row.is_floor else _seeds_text(row),
        "images": f"{row.images.mean:,.0f}" if row.images else "",
        "floor": row.is_floor,
        "cells": [
            {
                "text": shown_over_seeds(cell, num),
                "best": not row.is_floor and cell is not None and cell.mean == best[spec],
            }
            for spec, cell in zip(specs, cells, strict=True)
        ],
    }


def _seeds_text(row):
    done = len(row.seeds)
    return str(done) if done == row.planned else f"{done} of {row.planned}"


def _best(spec, rows):
    """The best mean of the methods; None where that is no question."""
    means = {row.cells[spec].mean for row in rows if spec in row.cells and not row.is_floor}
    better = _about(spec)[1]
    if not better or len(means) < 2:
        return None
    return max(means) if better == "higher" else min(means)


def _about(spec):
    return ABOUT.get(_name(spec), ("", ""))


def _name(spec):
    return spec.partition("[")[0]


def _group(spec):
    return next(title for title, starts in GROUPS.items() if spec.startswith(starts))


def _in_order(specs):
    """Specs, each once, in the order of `ABOUT`."""
    order = list(ABOUT)
    return sorted(
        dict.fromkeys(specs),
        key=lambda spec: order.index(_name(spec)) if _name(spec) in order else len(order),
    )
