"""Weight files are what they are said to be."""

import hashlib
from pathlib import Path


def check_sha256(path, expected):
    """Compare a file's SHA-256 with the expected hexadecimal one; nothing to do for None.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is another file.
    """
    found = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    if expected is not None and found != expected.lower():
        raise ValueError(f"{path}: expected a file with SHA-256 {expected}, found {found}.")
