"""The option of commands that take a run's networks."""

import rich_click as click

#: Decorator of a command, which gets `checkpoint`.
checkpoint_option = click.option(
    "--checkpoint",
    type=click.Choice(["newest", "best"]),
    default="newest",
    show_default=True,
    help="best is by the recipe's evaluation.best_by.",
)
