"""What an inspection says: findings, and the case that they are about."""

from collections import Counter
from dataclasses import dataclass

#: error: do not go on with this; warning: look at it first; note: good to know.
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that a check noticed.

    Args:
        severity: of `SEVERITIES`.
        code: short and stable, for programs, as "duplicate".
        message: one line for people.
    """

    severity: str
    code: str
    message: str


@dataclass(frozen=True)
class CaseReport:
    """One CT or radiograph and what was found.

    Args:
        name: unique within its kind.
        source: its path or address.
        kind: "ct" or "xray".
        patient: whom it shows, by its name.
        split: "train", "val", or "" where no recipe says.
        shape: voxels (z, y, x) or pixels (rows, columns); empty where it cannot be read.
        spacing: mm, in the order of `shape`; empty where unknown.
        orientation: directions in which the file's own axes grow, as "LPS"; "" where unknown.
        value_range: least and largest HU, or grey value in shares of full scale.
        body_part: a guess, CTs only.
        content: digests of a CT's slices, or one of a radiograph: equal where pictures are.
        findings: in the order of the checks.
    """

    name: str
    source: str
    kind: str
    patient: str
    split: str = ""
    shape: tuple[int, ...] = ()
    spacing: tuple[float, ...] = ()
    orientation: str = ""
    value_range: tuple[float, ...] = ()
    body_part: str = ""
    content: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def count_findings(cases) -> dict[str, int]:
    """How many findings of each severity the cases have."""
    counts = Counter(finding.severity for case in cases for finding in case.findings)
    return {severity: counts[severity] for severity in SEVERITIES}
