"""What `ct2xkeras runs` prints."""

import math
from dataclasses import asdict
from datetime import datetime, timezone

from rich.table import Table
from rich.text import Text

from ct2xkeras.cli.info_output import shown_number
from ct2xkeras.cli.output import console

#: Metrics that the table shows; JSON has all.
SHOWN_METRICS = ("structure", "kid")
STYLES = {"training": "cyan", "finished": "green", "failed": "red", "killed": "red"}


def run_values(run):
    """A summary as JSON holds it: numbers that are not finite become null."""
    values = asdict(run) | {
        "name": run.path.name,
        "path": str(run.path),
        "changed": run.changed.isoformat(timespec="seconds"),
    }
    return {name: None if _not_finite(value) else value for name, value in values.items()}


def print_runs(runs, folder):
    """A line for each run; under the table their best metrics and notes."""
    if not runs:
        console.print(f"There are no runs in {folder}.", markup=False)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("run", "state"):
        table.add_column(title, overflow="fold")
    for title in ("images", "loss", "images/s", "size", "last change"):
        table.add_column(title, no_wrap=True, justify="right")
    for run in runs:
        table.add_row(*_cells(run))
    console.print(table)
    for run in runs:
        for line in (*_best_lines(run), *run.notes):
            console.print(f"{run.path.name}: {line}", markup=False)


def shown_age(seconds):
    """How long ago, in the largest unit of which there is at least one."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit} ago"
    return "just now"


def _cells(run):
    age = (datetime.now(timezone.utc) - run.changed).total_seconds()
    return (
        Text(run.path.name),
        Text(run.state, STYLES.get(run.state, "")),
        f"{run.images} of {run.total or '?'}",
        "" if run.loss is None else f"{run.loss:.3g}",
        "" if run.images_per_second is None else f"{run.images_per_second:.1f}",
        shown_number(run.size, "B"),
        shown_age(age),
    )


def _best_lines(run):
    return [
        f"best {spec} {best.value:.4f} at {best.images} images"
        for spec, best in run.best.items()
        if spec.partition("[")[0] in SHOWN_METRICS
    ]


def _not_finite(value):
    return isinstance(value, float) and not math.isfinite(value)
