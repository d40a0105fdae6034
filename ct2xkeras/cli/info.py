"""`ct2xkeras info`."""

from dataclasses import asdict

import rich_click as click

from ct2xkeras.cli.output import print_json
from ct2xkeras.quiet import quiet_tensorflow


@click.group("info", invoke_without_command=True)
@click.pass_context
def command(context):
    """What can be chosen by name: methods and presets, recipes, views, metrics, extractors.

    \b
    ct2xkeras info
    ct2xkeras info --json
    """
    if context.invoked_subcommand is None:
        from ct2xkeras.cli.registries import registries
        from ct2xkeras.cli.registries_output import print_registries

        found = registries()
        print_registries(found)
        print_json(found)


@command.command("model")
@click.argument("preset", required=False)
def model(preset):
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
    found = {
        name: {"architecture": chosen[name].to_dict(), **asdict(summary)}
        for name, summary in summaries.items()
    }
    if preset:
        output.print_model(preset, summaries[preset])
    else:
        output.print_presets(chosen, summaries)
    print_json(found[preset] if preset else found)
