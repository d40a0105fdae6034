"""Findings between cases: copies, slices in common, look-alike names, patients in two splits.

What is in `train` and in `val` at once makes validation worthless: an error. Else it is a warning.
"""

import re
from collections import defaultdict
from dataclasses import replace

from ct2xkeras.data.inspection.findings import CaseReport, Finding


def compare_cases(cases) -> list[CaseReport]:
    """The cases with what only shows between them added; the later one of a pair is told."""
    added = [[] for _ in cases]
    for compare in (find_copies, find_shared_slices, find_similar_names, find_split_patients):
        for index, finding in compare(cases):
            added[index].append(finding)
    pairs = zip(cases, added, strict=True)
    return [replace(case, findings=(*case.findings, *more)) for case, more in pairs]


def find_copies(cases):
    """(index, finding) of each case whose picture an earlier one holds, in whatever format."""
    first = {}
    for index, case in enumerate(cases):
        if not case.content:
            continue
        other = first.setdefault((case.kind, case.content), case)
        if other is not case:
            yield index, _between("duplicate", case, other, f"same content as {other.name}")


def find_shared_slices(cases):
    """(index, finding) of each CT with slices of an earlier one, but not all: parts of one scan."""
    owners = {}
    for index, case in enumerate(cases):
        if case.kind != "ct" or not case.content:
            continue
        shared = defaultdict(int)
        for digest in case.content:
            shared[owners.setdefault(digest, index)] += 1
        for owner, number in shared.items():
            other = cases[owner]
            if owner != index and other.content != case.content:
                message = f"{number} of its {len(case.content)} slices are in {other.name} as well"
                yield index, _between("shared-slices", case, other, message)


def find_similar_names(cases):
    """(index, finding) of each case whose name another has but for case, zeros or "copy".

    Cases that are known to show one patient may have such names.
    """
    first = {}
    for index, case in enumerate(cases):
        other = first.setdefault((case.kind, _bare(case.name)), case)
        if other is not case and case.patient != other.patient:
            message = f"named almost like {other.name}: the same patient?"
            yield index, _between("similar-name", case, other, message)


def _bare(name) -> tuple[str, ...]:
    parts = re.findall(r"[^\W\d_]+|\d+", re.sub(r"(\bcopy\b|\(\d+\))", "", name.lower()))
    return tuple(part.lstrip("0") if part.isdigit() else part for part in parts)


def find_split_patients(cases):
    """(index, finding) of each case whose patient an earlier one shows in another split."""
    first = {}
    for index, case in enumerate(cases):
        other = first.setdefault(case.patient, case)
        if _split_apart(case, other):
            message = f"patient {case.patient} is in {other.split} and in {case.split}"
            yield index, Finding("error", "patient-in-two-splits", f"{message} ({other.name}).")


def _between(code, case, other, message) -> Finding:
    if _split_apart(case, other):
        message = f"{message}, which is in {other.split} while this is in {case.split}"
        return Finding("error", f"{code}-across-splits", f"{message}.")
    return Finding("warning", code, message if message.endswith("?") else f"{message}.")


def _split_apart(case, other) -> bool:
    return bool(case.split and other.split and case.split != other.split)
