"""Speed of training: what the loop costs beside the step, by preset and option.

    python tests/benchmarks/training.py --presets tiny --presets small64 --steps 40 --repeats 3

Each case runs in a process of its own, so that memory is its own. `bare step` calls the compiled
train step on one batch again and again; `train` is `ct2xkeras train` with its data, callbacks and
logs, timed between its first and last step, without checkpoints and pictures, which have lines of
their own. Medians of the repeats, which take turns.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

CASE = Path(__file__).with_name("training_case.py")
OPTIONS = {
    "as it is": {},
    "2 parts of the CPU": {"strategy": "mirrored", "replicas": 2},
    "bfloat16": {"precision": "bfloat16"},
    "4 steps an execution": {"steps_per_execution": 4},
    "XLA, on a GPU": {"xla": True},
}


def measure(preset, settings, steps, folder):
    """What one process finds; see `training_case`."""
    arguments = {"preset": preset, "settings": settings, "steps": steps, "folder": str(folder)}
    command = [sys.executable, str(CASE), json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def medians(rounds):
    return {name: statistics.median(found[name] for found in rounds) for name in rounds[0]}


@click.command(help=__doc__)
@click.option("--presets", multiple=True, default=("tiny", "small64"))
@click.option("--options", multiple=True, type=click.Choice(list(OPTIONS)), default=("as it is",))
@click.option("--steps", default=40)
@click.option("--repeats", default=3)
def main(presets, options, steps, repeats):
    cases = [(preset, option) for preset in presets for option in options]
    rounds = {case: [] for case in cases}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(repeats):
            for preset, option in cases:
                found = measure(preset, OPTIONS[option], steps, Path(folder) / preset)
                rounds[preset, option].append(found)
    table = Table(title=f"Training, {steps} steps, medians of {repeats}")
    columns = (
        "preset, option",
        "images/s",
        "bare step, images/s",
        "loop's share, %",
        "waiting for data, %",
        "first step, s",
        "checkpoint, s",
        "pictures, s",
        "peak MB",
    )
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left")
    for (preset, option), each in rounds.items():
        found = medians(each)
        table.add_row(
            f"{preset}, {option}",
            f"{found['images_per_second']:.1f}",
            f"{found['bare_images_per_second']:.1f}",
            f"{100 * (1 - found['images_per_second'] / found['bare_images_per_second']):.1f}",
            f"{100 * found['waiting']:.1f}",
            f"{found['first_step']:.1f}",
            f"{found['checkpoint']:.2f}",
            f"{found['pictures']:.2f}",
            f"{found['peak_mb']:.0f}",
        )
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
