import subprocess
import sys

import pytest
from click.shell_completion import BashComplete

from ct2xkeras.cli.completion import PROGRAM, VARIABLE
from ct2xkeras.cli.main import COMMANDS, ct2xkeras, main


def completions(*words):
    """What the tab key offers for the last word."""
    *before, word = words
    completer = BashComplete(ct2xkeras, {}, PROGRAM, VARIABLE)
    return [item.value for item in completer.get_completions(before, word)]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_ct2xkeras(shell, capsys):
    with pytest.raises(SystemExit):
        main(["completion", shell])
    assert f"{VARIABLE}={shell}_complete" in capsys.readouterr().out


def test_verbs_subcommands_options_and_choices_are_completed():
    assert completions("") == list(COMMANDS)
    assert completions("recipe", "s") == ["schema", "show"]
    assert completions("drr", "ct.nii", "--foot") == ["--footprint"]
    assert "--json" in completions("train", "--")
    assert completions("export", "--checkpoint", "b") == ["best"]


def test_the_shells_question_is_answered_without_tensorflow():
    code = (
        "import os, sys; from ct2xkeras.cli.main import main\n"
        "os.environ |= {'_CT2XKERAS_COMPLETE': 'bash_complete', "
        "'COMP_WORDS': 'ct2xkeras study b', 'COMP_CWORD': '2'}\n"
        "try: main([])\n"
        "except SystemExit: pass\n"
        "sys.exit(3 if 'tensorflow' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "plain,build")
