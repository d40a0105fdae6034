"""Writing files so that a half-written one is never left behind."""

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path


@contextlib.contextmanager
def replacing(path):
    """A temporary path beside `path` that takes its name when the block ends well, else goes away.

    The block writes a file or makes a folder there; an existing file is replaced at once, an
    existing folder is refused.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        temporary = folder / path.name
        yield temporary
        os.replace(temporary, path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_text(path, text):
    """Write a text file whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def append_json_line(path, values):
    """Append one line of JSON."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(json.dumps(values) + "\n")
