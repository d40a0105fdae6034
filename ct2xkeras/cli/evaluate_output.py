"""What `ct2xkeras evaluate` prints."""

from rich.table import Table
from rich.text import Text

from ct2xkeras.cli.output import console
from ct2xkeras.evaluation.records import shown_value

WIDTH_OF_FILES = 160  # letters of a line where there is no terminal: specs stay whole


def print_evaluation(evaluation):
    """A table of numbers with their intervals, then what was not measured."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("metric", overflow="fold")
    table.add_column("value", justify="right")
    table.add_column("95 % interval", no_wrap=True)
    for score in evaluation.scores:
        interval = "too few pictures"
        if score.interval:
            interval = " to ".join(map(shown_value, score.interval))
        table.add_row(Text(score.spec), shown_value(score.value), interval)
    console.print(table, width=None if console.is_terminal else WIDTH_OF_FILES)
    for note in evaluation.notes:
        console.print(f"note: {note}", markup=False)
    for how in sorted({score.how for score in evaluation.scores}):
        console.print(f"intervals: {how}", markup=False)
