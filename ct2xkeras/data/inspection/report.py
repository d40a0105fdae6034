"""The report that programs read.

version     1; a later version may add fields, never change the meaning of these
cases       list of: name, source, kind ("ct", "xray"), patient, split ("train", "val", ""),
            shape, spacing_mm (both (z, y, x) or (rows, columns)), orientation, value_range,
            body_part, findings: list of {severity, code, message}
problems    number of findings of severity "error"; `warnings`, `notes`: of the others
"""

from dataclasses import asdict

from ct2xkeras.data.inspection.findings import count_findings

REPORT_VERSION = 1


def build_report(cases) -> dict:
    """The report of inspected and compared cases, ready for JSON."""
    counts = count_findings(cases)
    return {
        "version": REPORT_VERSION,
        "cases": [_entry(case) for case in cases],
        "problems": counts["error"],
        "warnings": counts["warning"],
        "notes": counts["note"],
    }


def _entry(case) -> dict:
    fields = asdict(case)
    del fields["content"]
    fields["spacing_mm"] = fields.pop("spacing")
    return fields
