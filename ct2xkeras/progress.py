"""Progress bars of long work on the terminal; standard output is left to results."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)


def progress_console(quiet=False):
    """A console on standard error, since standard output is for results."""
    return Console(stderr=True, highlight=False, soft_wrap=True, quiet=quiet)


def progress_bars(console):
    """Bars with a count, the time left and a note, where a console is a terminal.

    Args:
        console: a rich console, see `progress_console`; its lines stand above the bars.

    Returns:
        a context manager.
    """
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=console,
        disable=not (console.is_terminal or console.is_jupyter),
    )


def case_bar(bars):
    """Adds a bar for the cases of a data set: a function (done, total, name), as builders call."""
    task = bars.add_task("data", total=None, note="")

    def show(done, total, name):
        speed = bars.tasks[task].speed
        rate = f"  {60 * speed:.0f} cases/min" if speed else ""
        bars.update(task, completed=done, total=total, note=f"{name}{rate}")

    return show
