"""What `ct2xkeras models` prints."""

from rich.markup import escape

from ct2xkeras.cli.output import console

#: Metrics that are shown; JSON has all.
SHOWN_METRICS = ("fid", "kid", "structure", "style-retrieval")

NONE_PACKAGED = (
    "No model comes with this installation of ct2xkeras. `--model` takes a run folder too; "
    "`ct2xkeras models pack` makes a model of one."
)


def print_models(described, folder=None):
    """Some lines for each model of `describe_models`."""
    if not described:
        text = f"There are no models in {folder}." if folder else NONE_PACKAGED
        console.print(text, markup=False)
    for name, model in described.items():
        console.print(f"[bold]{escape(name)}[/bold]: {escape(model['draws'])}")
        for line in _lines(model):
            console.print(f"    {line}", markup=False)


def _lines(model):
    side = model["image_size"]
    yield f"{side} x {side} pixels, {model['num_bytes'] / 1e6:.1f} MB, {model['method']}"
    default = model["default_style"]
    others = [style for style in model["styles"] if style != default]
    yield f"styles: {', '.join((f'{default} (default)', *others))}"
    for spec, value in model["scores"].items():
        if spec.partition("[")[0] in SHOWN_METRICS:
            yield f"{spec} {value:.4f}"
    yield f"licence: {model['licence']}"
