"""Which patients train and which validate: by a stable hash, or by name."""

import re

from ct2xkeras.data import locations
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.seeds import Purpose, derived_seed


def patient_of(name: str, pattern: str = "") -> str:
    """The patient a file belongs to.

    Args:
        name: file name without its ending.
        pattern: regular expression; its first group (or whole match) names the patient. Without
            a match, or without a pattern, each file is a patient of its own.
    """
    match = re.search(pattern, name) if pattern else None
    if not match:
        return name
    return match.group(1 if match.groups() else 0)


def val_patients(groups, fraction: float, seed: int) -> frozenset[str]:
    """The patients of the validation split, by a hash: adding patients moves hardly any other.

    Args:
        groups: for each kind of case (patients, at_least): its patients, and how many of them are
            held out even where the hash gives fewer. Of each kind one is always left to train on.
        fraction: expected share, in [0, 1).
    """
    ranked = [(_ranked(patients, seed), at_least) for patients, at_least in groups]
    ranks = {patient: rank for group, _ in ranked for patient, rank in group.items()}
    held_out = {patient for patient, rank in ranks.items() if rank < fraction}
    for group, at_least in ranked:
        missing = at_least - len(held_out & group.keys())
        held_out.update(sorted(group.keys() - held_out, key=ranks.get)[: max(0, missing)])
    for group, _ in ranked:
        if group and group.keys() <= held_out:
            held_out.discard(max(group, key=group.get))
    return frozenset(held_out)


def _ranked(patients, seed) -> dict[str, float]:
    """A number in [0, 1) for each patient that depends on nothing but its name and the seed."""
    return {name: derived_seed(seed, Purpose.SPLIT, name) / 2**31 for name in set(patients)}


def read_names(path) -> list[str]:
    """Names of patients from a text file, one a line; empty lines and `# ...` do not count.

    Raises:
        DataError: no such file, or it is no text.
    """
    if not locations.is_file(path):
        mend = "Check the path."
        raise DataError(path, "a text file with a patient's name a line", "no file", mend)
    try:
        lines = locations.read_bytes(path).decode().splitlines()
    except UnicodeDecodeError as error:
        raise DataError(path, "a text file (UTF-8)", "other bytes", "Save it as text.") from error
    names = (line.split("#")[0].strip() for line in lines)
    return [name for name in names if name]


def named_patients(patients, names) -> frozenset[str]:
    """The explicit validation list, checked.

    Raises:
        ValueError: a name that no patient has, or nobody left to train on.
    """
    unknown = sorted(set(names) - set(patients))
    if unknown:
        known = ", ".join(sorted(set(patients))[:8])
        raise ValueError(f"val: expected names of patients ({known}, ...), found {unknown[0]!r}.")
    return frozenset(names)
