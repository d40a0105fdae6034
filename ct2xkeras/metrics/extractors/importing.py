"""Public files of weights into this package's cache."""

import importlib

from ct2xkeras.metrics.extractors.known_weights import KNOWN_WEIGHTS
from ct2xkeras.metrics.extractors.stored_files import content_sha256, open_tensors
from ct2xkeras.metrics.extractors.weight_store import store_arrays


def import_weights(path, name=None):
    """Check a public file of weights and keep what is needed of it.

    Args:
        path: of the file. Nothing that is in it is run.
        name: what it must be, of `KNOWN_WEIGHTS`; by default the file is recognised.

    Returns:
        The name, and the path of the stored arrays.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not the published file of that name, or of any; the message says what it
            looks like, and the SHA-256 expected and found.
    """
    if name is not None and name not in KNOWN_WEIGHTS:
        raise ValueError(f"weights: expected one of {', '.join(KNOWN_WEIGHTS)}, found {name!r}.")
    sha256 = content_sha256(path)
    for known, weights in KNOWN_WEIGHTS.items():
        for source in weights.sources:
            if source.sha256 == sha256:
                if name not in (None, known):
                    raise ValueError(f"{path}: expected {name!r}, found {known!r}.")
                return known, store_arrays(known, _converted(path, source))
    raise _unknown(path, sha256, [name] if name else KNOWN_WEIGHTS)


def _converted(path, source):
    module, function = source.converter.split(":")
    home = importlib.import_module(f"ct2xkeras.metrics.extractors.{module}")
    with open_tensors(path) as tensors:
        return getattr(home, function)(tensors)


def _unknown(path, sha256, names):
    """The error for a file that is not what was published."""
    for name in names:
        for source in KNOWN_WEIGHTS[name].sources:
            if _looks_like(path, source):
                return ValueError(
                    f"{path}: expected {source.file} for {name!r} with SHA-256 {source.sha256}, "
                    f"found a file of the same layout with {sha256}. Get it from {source.url}."
                )
    return ValueError(
        f"{path}: expected a published file of {' or '.join(names)}, found another, with SHA-256 "
        f"{sha256}. `ct2xkeras weights list --json` has the files and where to get them."
    )


def _looks_like(path, source):
    try:
        _converted(path, source)
    except ValueError:
        return False
    return True
