"""Bars are on standard error, and on a terminal only."""

import os
import pty
import subprocess
import sys

import pytest

CODE = """
import sys
from ct2xkeras.progress import case_bar, progress_bars, progress_console
with progress_bars(progress_console(quiet=len(sys.argv) > 1)) as bars:
    show = case_bar(bars)
    for done in (1, 2):
        show(done, 2, "patient")
    bars.console.print("found something")
print("result")
"""


def run(*arguments, terminal):
    """Output of CODE, and what it shows on standard error, a terminal or a pipe."""
    reading, writing = pty.openpty() if terminal else os.pipe()
    command = [sys.executable, "-c", CODE, *arguments]
    with open(reading, "rb", buffering=0) as shown:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=writing, check=True, text=True
        )
        os.close(writing)
        return done.stdout, read_all(shown).decode()


def read_all(file):
    parts = []
    try:
        while part := file.read(65536):
            parts.append(part)
    except OSError:  # of a terminal whose other end was closed
        pass
    return b"".join(parts)


@pytest.mark.parametrize("terminal", [True, False])
def test_standard_output_holds_results_alone(terminal):
    output, shown = run(terminal=terminal)
    assert output == "result\n"
    assert "found something" in shown
    assert ("patient" in shown) == terminal


def test_quiet_shows_no_bars():
    assert run("quiet", terminal=True) == ("result\n", "")
