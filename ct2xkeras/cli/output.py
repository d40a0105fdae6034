"""Where commands print: one console, numbers left as they are."""

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)
