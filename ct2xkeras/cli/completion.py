"""`ct2xkeras completion`."""

import rich_click as click
from click.shell_completion import get_completion_class

from ct2xkeras.cli.output import print_json, wants_json

PROGRAM = "ct2xkeras"
VARIABLE = "_CT2XKERAS_COMPLETE"  # as click derives it from the program's name


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell):
    """Print a script that makes SHELL complete verbs, options and file names.

    \b
    ct2xkeras completion bash > ~/.local/share/bash-completion/completions/ct2xkeras
    ct2xkeras completion zsh > ~/.zfunc/_ct2xkeras    # with fpath+=~/.zfunc before compinit
    ct2xkeras completion fish > ~/.config/fish/completions/ct2xkeras.fish

    For the running shell alone: eval "$(ct2xkeras completion bash)".
    """
    completer = get_completion_class(shell)(command, {}, PROGRAM, VARIABLE)
    script = completer.source_template % completer.source_vars()
    if not wants_json():
        print(script)
    print_json({"shell": shell, "script": script})
