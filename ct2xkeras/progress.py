"""Progress bars of long work on the terminal."""

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)


def progress_bars(console):
    """Bars with a count, the time left and a note; a context manager."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=console,
    )


def case_bar(bars):
    """Adds a bar for the cases of a data set: a function (done, total, name), as builders call."""
    task = bars.add_task("data", total=None, note="")

    def show(done, total, name):
        speed = bars.tasks[task].speed
        rate = f"  {60 * speed:.0f} cases/min" if speed else ""
        bars.update(task, completed=done, total=total, note=f"{name}{rate}")

    return show
