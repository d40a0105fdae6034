"""Has a source changed? Known by the sizes and times of its files, without reading them."""

import hashlib
import json

from ct2xkeras.data import locations
from ct2xkeras.data.source_names import split_source


def source_files(source) -> list[str]:
    """The files of a source: itself, or all in its folder."""
    base, _ = split_source(source)
    return locations.files_below(base) if locations.is_folder(base) else [base]


def source_size(source) -> int:
    """Bytes of a source's files."""
    return sum(locations.size(file) for file in source_files(source))


def fingerprint(source) -> list:
    """[file, bytes, time of the last change in ns] of each of a source's files."""
    return [[f, locations.size(f), locations.changed(f)] for f in source_files(source)]


def digest_of(content) -> str:
    """SHA-256 of anything JSON can hold, hexadecimal; equal content gives equal digests."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
