"""Which files an inspection looks at, and what is known of them before they are read."""

import os
from dataclasses import dataclass, replace

from ct2xkeras.data.dataset.finding import find_cts, find_xrays, folder_names, unique_names
from ct2xkeras.data.dataset.sources import plan_dataset, source_patient
from ct2xkeras.data.dataset.splits import patient_of
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.inspection.kinds import kind_of
from ct2xkeras.data.locations import is_remote

_FINDERS = {"ct": find_cts, "xray": find_xrays}


@dataclass(frozen=True)
class Item:
    """A file to be inspected.

    Args:
        name: unique within its kind.
        source: path or address, as `read_volume` or `read_radiograph` takes it.
        kind: "ct" or "xray".
        patient: whom it shows.
        split: "train", "val" or "" where unknown.
        inverted: a radiograph with bones dark.
    """

    name: str
    source: str
    kind: str
    patient: str
    split: str = ""
    inverted: bool = False


def list_items(paths, xrays=(), kind="auto", spec=None, patient_pattern="") -> list[Item]:
    """The files of paths, CTs first; of the spec where there are no paths.

    Args:
        paths: files, folders or patterns of CTs and radiographs.
        xrays: more of them, radiographs only.
        kind: "ct" or "xray" if `paths` hold nothing else; "auto" looks for both.
        spec: `DatasetSpec` whose plan says splits, patients and polarity.
        patient_pattern: regular expression that finds the patient in a name; without one a DICOM
            file says itself whom it shows.

    Raises:
        DataError: a path that holds neither.
    """
    planned = _planned(spec) if spec else []
    items = _found(paths, xrays, kind, patient_pattern) if paths or xrays else planned
    known = {(item.kind, _absolute(item.source)): item for item in planned}
    items = [known.get((item.kind, _absolute(item.source)), item) for item in items]
    if patient_pattern:
        items = [replace(i, patient=patient_of(i.name, patient_pattern)) for i in items]
    return items


def _planned(spec) -> list[Item]:
    plan = plan_dataset(spec)
    return [
        Item(s.name, s.path, kind, s.patient, split, kind == "xray" and spec.xrays_inverted)
        for kind, parts in (("ct", plan.cts), ("xray", plan.xrays))
        for split, sources in parts.items()
        for s in sources
        if s.path is not None
    ]


def _found(paths, xrays, kind, pattern) -> list[Item]:
    found = {"ct": {}, "xray": dict.fromkeys(find_xrays(xrays)) if xrays else {}}
    for path in paths:
        for source, each in _sources_of(path, kind).items():
            found[each][source] = None
    return [
        Item(name, source, each, source_patient(source, shared, pattern))
        for each, sources in found.items()
        for source, name, shared in _named(list(sources))
    ]


def _named(sources):
    return zip(sources, unique_names(sources), folder_names(sources), strict=True)


def _sources_of(path, kind) -> dict[str, str]:
    """Kind of each source of a path; what could be either is a CT, where reading tells."""
    if kind != "auto":
        return dict.fromkeys(_FINDERS[kind]([path]), kind)
    found, errors = {}, []
    for each, find in _FINDERS.items():
        try:
            sources = [s for s in find([path]) if s not in found and kind_of(s) in (each, "")]
        except DataError as error:
            errors.append(error)
        else:
            found |= dict.fromkeys(sources, each)
    if not found:
        raise errors[0] if errors else DataError(path, "a CT or a radiograph", "none", "Check it.")
    return found


def _absolute(source) -> str:
    return source if is_remote(source) else os.path.abspath(source)
