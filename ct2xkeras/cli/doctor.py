"""`ct2xkeras doctor`."""

import sys
from dataclasses import asdict

import rich_click as click

from ct2xkeras.cli.main import FAILURE_STATUS
from ct2xkeras.cli.output import print_json


@click.command("doctor")
@click.option(
    "--self-test/--no-self-test",
    default=True,
    help="Try the projector, a training step and an export: 20 seconds or so.",
)
def command(self_test):
    """Look at this installation: Python, TensorFlow, Keras, GPU, memory, disk, extras.

    \b
    ct2xkeras doctor
    ct2xkeras doctor --no-self-test --json

    Each line is ok, a note (something is missing that you may not need) or broken; below it is the
    command that mends it. Exit status 1 if anything is broken.
    """
    from ct2xkeras.cli import doctor_output as output
    from ct2xkeras.doctor import examine
    from ct2xkeras.doctor.finding import BROKEN
    from ct2xkeras.version import __version__

    findings = output.shown(examine(self_test))
    is_good = all(finding.state != BROKEN for finding in findings)
    print_json({"ct2xkeras": __version__, "ok": is_good, "checks": list(map(asdict, findings))})
    sys.exit(0 if is_good else FAILURE_STATUS)
