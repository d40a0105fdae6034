"""What `ct2xkeras inspect` shows while it reads and when it is done."""

from dataclasses import replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ct2xkeras.cli.output import console
from ct2xkeras.data.errors import printable
from ct2xkeras.data.inspection.findings import SEVERITIES, count_findings
from ct2xkeras.data.inspection.inspecting import inspect_item
from ct2xkeras.files import replacing
from ct2xkeras.quiet import quiet_tensorflow

COLORS = {"error": "bold red", "warning": "yellow", "note": "dim"}
KINDS = {"ct": "CT", "xray": "X-ray"}
TABLE_WIDTH = 150  # columns where the output is no terminal


def inspect_all(items, entries=None):
    """The reports of items, read one after the other under a progress bar.

    Args:
        entries: gathers sheet entries; None for no sheet.
    """
    if entries is not None:
        quiet_tensorflow()
    cases = []
    with _bar() as bar:
        task = bar.add_task("", total=len(items))
        for item in items:
            bar.update(task, description=printable(item.name))
            case, picture = inspect_item(item)
            cases.append(case)
            if entries is not None:
                _add_entry(entries, case, picture)
            bar.advance(task)
    return cases


def _bar():
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    errors = Console(stderr=True, quiet=console.quiet)
    columns = (TextColumn("{task.description:30.30}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=errors, transient=True)


def _add_entry(entries, case, picture):
    from ct2xkeras.data.inspection.sheet import CT_LIMIT, XRAY_LIMIT, Entry
    from ct2xkeras.data.inspection.tiles import ct_tiles, xray_tiles

    limit, draw = {"ct": (CT_LIMIT, ct_tiles), "xray": (XRAY_LIMIT, xray_tiles)}[case.kind]
    if sum(entry.case.kind == case.kind for entry in entries) < limit:
        entries.append(Entry(case, () if picture is None else draw(picture)))


def write_sheet(path, cases, entries):
    """Draws the entries, each with all findings of its case."""
    from ct2xkeras.data.inspection.sheet import draw_sheet

    final = {(case.kind, case.source): case for case in cases}
    told = [replace(entry, case=final[entry.case.kind, entry.case.source]) for entry in entries]
    with replacing(path) as temporary:
        draw_sheet(told, len(cases) - len(told)).save(temporary, format="PNG")


def print_cases(cases):
    """The table, then errors and warnings in full, then how many there are."""
    wide = Console(width=TABLE_WIDTH, highlight=False, quiet=console.quiet)
    (console if console.is_terminal else wide).print(_table(cases), soft_wrap=False)
    for case in cases:
        for finding in case.findings:
            if finding.severity != "note":
                _print_finding(case, finding)
    counts = count_findings(cases)
    found = ", ".join(_counted(counts[severity], severity) for severity in SEVERITIES)
    kinds = ", ".join(
        _counted(sum(case.kind == kind for case in cases), name) for kind, name in KINDS.items()
    )
    console.print(f"{kinds}: {found}", markup=False)


def _counted(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _print_finding(case, finding):
    label = Text(finding.severity, COLORS[finding.severity])
    console.print(Text.assemble(label, f"  {case.name}: {finding.message}"))


def _table(cases):
    columns = ("name", "kind", "shape", "spacing mm", "axes", "range", "body part", "findings")
    table = Table(*columns)
    table.columns[0].overflow = "fold"
    for case in cases:
        table.add_row(*map(Text, _facts(case)), _codes(case))
    return table


def _facts(case):
    yield case.name
    yield KINDS[case.kind]
    yield " x ".join(map(str, case.shape)) or "-"
    yield " x ".join(f"{s:.3g}" for s in case.spacing) or "-"
    yield case.orientation or "-"
    unit = " HU" if case.kind == "ct" else ""
    yield " to ".join(f"{v:.4g}" for v in case.value_range) + unit if case.value_range else "-"
    yield case.body_part or "-"


def _codes(case):
    """Each code once, the most severe first."""
    ranked = sorted(case.findings, key=lambda finding: SEVERITIES.index(finding.severity))
    colors = {finding.code: COLORS[finding.severity] for finding in reversed(ranked)}
    parts = [Text(code, colors[code]) for code in dict.fromkeys(f.code for f in ranked)]
    return Text(", ").join(parts) if parts else Text("-")
