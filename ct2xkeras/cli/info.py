"""`ct2xkeras info`."""

import json
from dataclasses import asdict

import rich_click as click

from ct2xkeras.quiet import quiet_tensorflow


@click.group("info")
def command():
    """What there is, and what it costs."""


@command.command("model")
@click.argument("preset", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print plain JSON instead of tables.")
def model(preset, as_json):
    """Layers, output shapes, parameters, operations and memory of PRESET; all presets without it.

    \b
    ct2xkeras info model
    ct2xkeras info model small64

    Operations are those of convolutions and matrix products, two for each multiply-add. Memory is
    that of training: weights, Adam's slots and the averaged copy, without activations.
    """
    from ct2xkeras.models.presets import PRESETS, find_preset

    chosen = {preset: find_preset(preset)} if preset else PRESETS

    quiet_tensorflow()
    from ct2xkeras.cli import info_output as output
    from ct2xkeras.models.summary import summarize

    summaries = {name: summarize(architecture) for name, architecture in chosen.items()}
    if as_json:
        found = {
            name: {"architecture": chosen[name].to_dict(), **asdict(summary)}
            for name, summary in summaries.items()
        }
        print(json.dumps(found[preset] if preset else found, indent=2))
    elif preset:
        output.print_model(preset, summaries[preset])
    else:
        output.print_presets(chosen, summaries)
