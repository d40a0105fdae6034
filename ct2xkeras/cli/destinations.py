"""Types of options that say where results go; whether they can go there is known before the work.

What is missing of the way there is made when something is written, not before.
"""

import os
from pathlib import Path

import rich_click as click


class FileToWrite(click.Path):
    """A file that is not there yet, or may be replaced or added to."""

    def __init__(self):
        super().__init__(path_type=Path)

    def convert(self, value, param, ctx):
        path = super().convert(value, param, ctx)
        check_file(param.opts[-1], path)
        return path


class FolderToWrite(click.Path):
    """A folder, there already or not."""

    def __init__(self):
        super().__init__(path_type=Path)

    def convert(self, value, param, ctx):
        path = super().convert(value, param, ctx)
        check_folder(param.opts[-1], path)
        return path


def check_file(option, path):
    """Raises a `ValueError` where no file can be written at a path.

    Args:
        option: that the path was given by, for the message.
        path: a `Path`.
    """
    if path.is_dir():
        mend = f"Name a file, such as {path / 'NAME'}."
        raise ValueError(f"{option} {path}: expected a file to write, found a folder. {mend}")
    if path.exists() and not os.access(path, os.W_OK):
        _refuse(option, path, "a file to write", f"{path}, which may not be changed")
    _check_way(option, path, path.parent, "a file to write")


def check_folder(option, path):
    """Raises a `ValueError` where no folder can be made or filled at a path; as `check_file`."""
    _check_way(option, path, path, "a folder to write to")


def _check_way(option, path, folder, expected):
    """The nearest folder that is there must let something be made in it."""
    nearest = next((part for part in (folder, *folder.parents) if os.path.exists(part)), folder)
    if not nearest.is_dir():
        _refuse(option, path, expected, f"{nearest}, a file" if nearest != path else "a file")
    if not os.access(nearest, os.W_OK | os.X_OK):
        _refuse(option, path, expected, f"{nearest}, which may not be written to")


def _refuse(option, path, expected, found):
    raise ValueError(f"{option} {path}: expected {expected}, found {found}. Choose another place.")
