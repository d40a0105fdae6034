"""From a spec to the list of cases: where each comes from and on which side of the split it is."""

from dataclasses import dataclass, replace

from ct2xkeras.data import locations
from ct2xkeras.data.ct.ct_source import VOLUME_SUFFIXES, volume_name
from ct2xkeras.data.ct.dicom_index import patient_id
from ct2xkeras.data.dataset.finding import find_cts, find_xrays, folder_names, unique_names
from ct2xkeras.data.dataset.fingerprints import source_size
from ct2xkeras.data.dataset.spec import DatasetSpec
from ct2xkeras.data.dataset.splits import named_patients, patient_of, val_patients
from ct2xkeras.data.source_names import check_name, split_source
from ct2xkeras.data.xray.radiographs import PICTURE_SUFFIXES

WITHOUT_PATIENT = VOLUME_SUFFIXES + PICTURE_SUFFIXES  # files that name nobody
ENOUGH_CTS = 3  # from here on one CT is always held out


@dataclass(frozen=True)
class Source:
    """One case before it is read.

    Args:
        name: unique within its kind.
        patient: never on both sides of the split.
        path: its file, or None for a phantom.
        index: the phantom radiograph's or CT's number.
        patient_index: the phantom patient's number.
        labels: file of a CT's segmentation, or None.
    """

    name: str
    patient: str
    path: str | None = None
    index: int = 0
    patient_index: int = 0
    labels: str | None = None


@dataclass(frozen=True)
class Plan:
    """The cases of a data set by split, each a list in a fixed order."""

    cts: dict[str, list[Source]]
    xrays: dict[str, list[Source]]

    @property
    def total(self) -> int:
        return sum(len(part) for kind in (self.cts, self.xrays) for part in kind.values())


def plan_dataset(spec: DatasetSpec) -> Plan:
    """Finds the files, names cases and patients, and splits them.

    Raises:
        DataError: a pattern without files, or a name that is not UTF-8. ValueError: `val` names an
            unknown patient, or nothing is left to train on.
    """
    cts = _sources(find_cts(spec.cts), spec.patient_pattern)
    cts = with_labels(cts, spec.labels) + _phantoms("ct", spec.phantom_cts, 1)
    shots = spec.phantom_xrays_per_patient
    xrays = _sources(find_xrays(spec.xrays), spec.patient_pattern)
    xrays += _phantoms("xray", spec.phantom_xrays, shots)
    held_out = _held_out(spec, cts, xrays)
    plan = Plan(_split(cts, held_out), _split(xrays, held_out))
    for kind, parts in (("CT", plan.cts), ("X-ray", plan.xrays)):
        if not parts["train"]:
            raise ValueError(f"train: expected at least one {kind}, found all of them in val.")
    return plan


def with_labels(cts, pattern: str) -> list[Source]:
    """CTs with the files of their segmentations, which are no CTs themselves.

    Args:
        pattern: `{folder}` and `{name}` stand for the CT's; without a pattern there are none.
    """
    if not pattern:
        return list(cts)
    named = {source: _label_file(source.path, pattern) for source in cts}
    others = [source for source in cts if source.path not in named.values()]
    found = {s: named[s] if locations.is_file(named[s]) else None for s in others}
    return [replace(source, labels=file) for source, file in found.items()]


def _label_file(path, pattern) -> str:
    base = split_source(path)[0].rstrip("/")
    folder = base[: -len(locations.file_name(base))].rstrip("/") or "."
    return pattern.format(folder=folder, name=volume_name(base))


def file_sizes(plan: Plan) -> list[list]:
    """[path, bytes] of each file of a plan, sorted."""
    parts = [part for kind in (plan.cts, plan.xrays) for part in kind.values()]
    paths = {f for part in parts for s in part for f in (s.path, s.labels) if f}
    return [[path, source_size(path)] for path in sorted(paths)]


def source_patient(source, name: str, pattern: str = "") -> str:
    """The patient a file or series belongs to.

    Args:
        name: of the source, see `folder_names`.
        pattern: as for `patient_of`. Without one a DICOM source says itself whom it shows, so that
            all series and radiographs of a patient are on one side of a split.
    """
    if pattern or str(source).lower().endswith(WITHOUT_PATIENT):
        return patient_of(name, pattern)
    return patient_id(source) or name


def _sources(paths, pattern) -> list[Source]:
    found = []
    for path, name, shared in zip(paths, unique_names(paths), folder_names(paths), strict=True):
        check_name(path, name)
        found.append(Source(name, source_patient(path, shared, pattern), path))
    return found


def _phantoms(kind: str, number: int, per_patient: int) -> list[Source]:
    return [
        Source(
            name=f"phantom_{kind}_{index:05d}",
            patient=f"phantom_{kind}_patient_{index // per_patient:05d}",
            index=index,
            patient_index=index // per_patient,
        )
        for index in range(number)
    ]


def _held_out(spec, cts, xrays) -> frozenset[str]:
    patients = [[source.patient for source in sources] for sources in (cts, xrays)]
    if spec.val:
        return named_patients(patients[0] + patients[1], spec.val)
    at_least = (int(len(set(patients[0])) >= ENOUGH_CTS), 1)
    groups = zip(patients, at_least, strict=True)
    return val_patients(groups, spec.val_fraction, spec.seed)


def _split(sources, held_out) -> dict[str, list[Source]]:
    return {
        "train": [source for source in sources if source.patient not in held_out],
        "val": [source for source in sources if source.patient in held_out],
    }
