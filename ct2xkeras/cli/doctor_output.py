"""What `ct2xkeras doctor` prints while it looks."""

from collections import Counter

from rich.text import Text

from ct2xkeras.cli.output import console
from ct2xkeras.doctor.finding import BROKEN, NOTE, OK

STYLES = {OK: "green", NOTE: "yellow", BROKEN: "bold red"}
NAME_WIDTH, STATE_WIDTH = 15, 7


def shown(examination):
    """The findings of an `examine`, each printed as it comes, and what is being looked at."""
    findings = []
    with console.status("") as status:
        for name, finding in examination:
            status.update(f"{name} ...")
            if finding:
                findings.append(finding)
                _print(finding)
    counts = Counter(finding.state for finding in findings)
    total = ", ".join(f"{counts[state]} {state}" for state in STYLES if counts[state])
    console.print(f"{total}.{'' if counts[BROKEN] else ' This installation works.'}")
    return findings


def _print(finding):
    state = Text(finding.state.ljust(STATE_WIDTH), STYLES[finding.state])
    console.print(Text.assemble(state, f"{finding.name:{NAME_WIDTH}}", finding.says))
    if finding.mend:
        indent = " " * (STATE_WIDTH + NAME_WIDTH)
        console.print(Text.assemble(f"{indent}", (finding.mend, "bold")))
