"""The command `ct2xkeras`: finds the verb, loads only what it needs, prints errors as one line."""

import atexit
import gc
import importlib
import sys
from difflib import get_close_matches

import rich_click as click

from ct2xkeras.cli.shared_options import QUIET, VERBOSE, with_shared_options
from ct2xkeras.cli.system_errors import in_our_words
from ct2xkeras.version import __version__

#: verb: (module, one-line help). Modules are imported only when their verb runs, so that help is
#: instant: TensorFlow alone takes seconds.
COMMANDS = {
    "inspect": ("ct2xkeras.cli.inspect", "Check CTs and radiographs before work."),
    "prepare": ("ct2xkeras.cli.prepare", "Build a recipe's data set as TFRecord shards."),
    "train": ("ct2xkeras.cli.train", "Train a model from a recipe into a run folder."),
    "synthesize": ("ct2xkeras.cli.synthesize", "X-rays of a CT at given views, in given styles."),
    "drr": ("ct2xkeras.cli.drr", "Digitally reconstructed radiographs of a CT; needs no model."),
    "gallery": ("ct2xkeras.cli.gallery", "One picture of several models' X-rays of a CT."),
    "models": ("ct2xkeras.cli.models", "Models that come with the package; packing of others."),
    "runs": ("ct2xkeras.cli.runs", "List run folders: state, progress, best metrics, size."),
    "recipe": ("ct2xkeras.cli.recipe", "Show a recipe in full, check recipes, list their fields."),
    "evaluate": ("ct2xkeras.cli.evaluate", "Measure a run, a SavedModel or a folder of pictures."),
    "bench": ("ct2xkeras.cli.bench", "Train and measure several methods alike; one table."),
    "report": ("ct2xkeras.cli.report", "One page about runs: curves, metrics, pictures."),
    "study": ("ct2xkeras.cli.study", "Blind studies of how much pictures look like real X-rays."),
    "weights": ("ct2xkeras.cli.weights", "Networks for metrics: which are there; import others."),
    "info": ("ct2xkeras.cli.info", "Methods, presets, views and metrics; what a model costs."),
    "export": ("ct2xkeras.cli.export", "Write a SavedModel for TF Serving."),
    "serve": ("ct2xkeras.cli.serve", "Stand-in for TF Serving, with a page to try models on."),
    "doctor": ("ct2xkeras.cli.doctor", "Check this installation: packages, devices, a self-test."),
    "completion": ("ct2xkeras.cli.completion", "Print a script for the shell's tab key."),
}

#: In which `--help` shows them.
GROUPS = {
    "Pictures": ("drr", "synthesize", "gallery", "models"),
    "Training": ("inspect", "prepare", "train", "runs", "recipe"),
    "Measuring": ("evaluate", "bench", "report", "study", "weights"),
    "Serving": ("export", "serve"),
    "About": ("info", "doctor", "completion"),
}
click.rich_click.COMMAND_GROUPS["ct2xkeras"] = [
    {"name": name, "commands": list(commands)} for name, commands in GROUPS.items()
]

FAILURE_STATUS = 1
USAGE_STATUS = 2
INTERRUPTED_STATUS = 130


class LazyGroup(click.RichGroup):
    """Lists verbs without importing them; imports the one that runs."""

    def list_commands(self, context):
        return list(COMMANDS)

    def get_command(self, context, name):
        return click.RichCommand(name, help=COMMANDS[name][1]) if name in COMMANDS else None

    def resolve_command(self, context, arguments):
        if arguments[0] not in COMMANDS and (near := get_close_matches(arguments[0], COMMANDS, 1)):
            context.fail(f"No such command {arguments[0]!r}. Did you mean {near[0]!r}?")
        name, command, rest = super().resolve_command(context, arguments)
        if name in COMMANDS:
            command = with_shared_options(importlib.import_module(COMMANDS[name][0]).command)
        return name, command, rest

    def invoke(self, context):
        """Run the verb. An interruption ends it with its message as the one line, if it has any."""
        try:
            return super().invoke(context)
        except KeyboardInterrupt as interruption:  # click would make status 1 of it
            click.echo(str(interruption) or "Interrupted.", err=True)
            context.exit(INTERRUPTED_STATUS)


@click.group(
    cls=LazyGroup,
    params=[QUIET, VERBOSE],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="ct2xkeras")
def ct2xkeras():
    """Realistic X-ray images at any C-arm pose from a CT scan (CT2X-GAN in Keras 3).

    \b
    ct2xkeras train recipes/quickstart.yaml
    ct2xkeras drr ct.nii.gz --view pa --view 30/-20 --out out
    ct2xkeras doctor

    Not for diagnosis.
    """


def main(arguments=None):
    """Run the command line.

    Exit status 0 well done, 2 wrong input, 130 interrupted, 1 anything else: a failure, or an
    error that a check found.
    """
    if arguments is None:
        # At exit Python looks for garbage among TensorFlow's graphs, 18 s of it after a training.
        atexit.register(gc.freeze)
        arguments = sys.argv[1:]
    try:
        ct2xkeras.main(args=arguments, prog_name="ct2xkeras", standalone_mode=True)
    except (ValueError, OSError) as error:
        _fail(error, arguments, USAGE_STATUS)
    except Exception as error:
        _fail(error, arguments, FAILURE_STATUS)


def _fail(error, arguments, status):
    if "--verbose" in arguments:
        raise error
    is_explained = status == USAGE_STATUS or getattr(error, "is_explained", False)
    kind = "" if is_explained else f"{type(error).__name__}: "
    said = in_our_words(error) if isinstance(error, OSError) else str(error)
    # A RecipeError has a line for each problem; all other errors end in one.
    for problem in getattr(error, "problems", (said,)):
        message = " ".join(problem.split()) or type(error).__name__
        click.echo(f"Error: {kind}{message}", err=True)
    if not is_explained:
        click.echo("`ct2xkeras --verbose ...` shows where it happened.", err=True)
    sys.exit(status)
