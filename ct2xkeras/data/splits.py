"""Which patients train and which validate: by a stable hash, or by name."""

import re

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


def val_patients(patients, fraction: float, seed: int, at_least: int = 0) -> frozenset[str]:
    """The patients of the validation split; adding patients moves none of the others.

    Args:
        fraction: expected share, in [0, 1).
        at_least: patients taken even where the hash gives fewer, in the order of their hash. The
            training split always keeps one.
    """
    ranked = sorted({(_rank(seed, patient), patient) for patient in patients})
    chosen = sum(rank < fraction for rank, _ in ranked)
    chosen = min(max(chosen, at_least), len(ranked) - 1)
    return frozenset(patient for _, patient in ranked[: max(0, chosen)])


def _rank(seed, patient) -> float:
    return derived_seed(seed, Purpose.SPLIT, patient) / 2**31


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
