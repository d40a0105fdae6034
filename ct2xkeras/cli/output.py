"""Where commands print: one console, numbers left as they are."""

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)


def print_notes(volume):
    """What was found and mended on reading a CT, a line each."""
    for note in volume.notes:
        console.print(f"note: {volume.name}: {note}", markup=False)
