"""Options that every command has: --json, --quiet and --verbose."""

import os

import rich_click as click

from ct2xkeras.cli.output import WANTS_JSON, console


def _silence(context):
    """Nothing for people is printed until the command ends."""
    console.quiet = True
    context.call_on_close(lambda: setattr(console, "quiet", False))


def _json(context, option, given):
    if given:
        context.meta[WANTS_JSON] = True
        _silence(context)


def _quiet(context, option, given):
    if given:
        _silence(context)


def _verbose(context, option, given):
    if given:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "0")  # see `quiet_tensorflow`


def _flag(name, callback, text):
    # Commands do not see them: they print to `console` and by `print_json`.
    return click.Option([name], is_flag=True, expose_value=False, callback=callback, help=text)


JSON = _flag("--json", _json, "Print the result as JSON, and nothing else.")
QUIET = _flag("--quiet", _quiet, "Print nothing but errors.")
VERBOSE = _flag("--verbose", _verbose, "Show TensorFlow's logs, and tracebacks of errors.")


def with_shared_options(command):
    """Adds them to a command, and to each command of a group."""
    for part in getattr(command, "commands", {}).values():
        with_shared_options(part)
    if getattr(command, "invoke_without_command", True):  # not a group that only has commands
        theirs = {name for parameter in command.params for name in parameter.opts}
        command.params += [o for o in (JSON, QUIET, VERBOSE) if theirs.isdisjoint(o.opts)]
    return command
