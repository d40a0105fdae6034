"""`ct2xkeras evaluate`."""

import json
from pathlib import Path

import rich_click as click
from rich.table import Table

from ct2xkeras.cli.output import console
from ct2xkeras.quiet import quiet_tensorflow


@click.command("evaluate")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--cases", type=click.IntRange(min=2), help="Number of views; default the recipe's.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(run, cases, as_json):
    """Measure the newest checkpoint of RUN on held-out cases.

    Prints a table and appends to RUN/metrics.jsonl.
    """
    from ct2xkeras.training.run_folder import RunFolder

    folder = RunFolder(run)
    recipe = folder.load_recipe()

    quiet_tensorflow()
    from ct2xkeras.evaluation.evaluate import evaluate
    from ct2xkeras.evaluation.records import record_metrics
    from ct2xkeras.training.checkpoints import newest_images

    values = evaluate(folder, recipe, cases)
    record_metrics(folder, newest_images(folder.checkpoints), values)
    if as_json:
        print(json.dumps(values))
        return
    table = Table("metric", "value", title=str(run))
    for name, value in values.items():
        table.add_row(name, f"{value:.4f}")
    console.print(table)
