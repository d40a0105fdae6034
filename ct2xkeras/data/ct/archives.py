"""Zip archives from anywhere: members are read one at a time, nothing is written to disk."""

import contextlib
import stat
import zipfile
from pathlib import PurePosixPath, PureWindowsPath

from ct2xkeras.data.errors import DataError

MOST_MEMBERS = 100_000
MOST_BYTES = 64 * 2**30  # of all members, unpacked
MOST_MEMBER_BYTES = 4 * 2**30
# Slices of nothing but air deflate well, whole scans hardly ever beyond 10 to 1.
MOST_GROWTH = 200
HARMLESS = 2**28  # bytes: an archive that unpacks to less is no bomb, however well it deflates
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Archive:
    """An open, checked archive.

    Args:
        path: what errors name.
        file: the open `ZipFile`.
    """

    def __init__(self, path, file: zipfile.ZipFile):
        self.path = path
        self._file = file
        self.names = sorted(info.filename for info in file.infolist() if not info.is_dir())

    def read(self, name: str, most: int | None = None) -> bytes:
        """What a member holds, or its first `most` bytes.

        Raises:
            DataError: damaged.
        """
        try:
            with self._file.open(name) as member:
                # `ZipFile` never returns more than the member's declared, checked size.
                return member.read(-1 if most is None else most)
        except Exception as error:  # a parser of damaged bytes may raise anything
            raise _damaged(self.path, f"{name}: {error}") from error


@contextlib.contextmanager
def opened_archive(path, local):
    """An `Archive` for the block.

    Args:
        path: what errors name.
        local: the archive or a copy of it.

    Raises:
        DataError: not a whole zip, encrypted, a member that points out of the archive, or more
            data than any scan holds.
    """
    try:
        file = zipfile.ZipFile(local)
    except Exception as error:
        raise _damaged(path, error) from error
    with file:
        packed = local.stat().st_size
        _check_amount(path, file.infolist(), packed)
        for info in file.infolist():
            _check_member(path, info, packed)
        yield Archive(path, file)


def _damaged(path, error) -> DataError:
    found = f"one that cannot be read ({error})"
    return DataError(path, "a whole zip archive", found, "Copy or pack it again.")


def _check_amount(path, members, packed: int) -> None:
    unpacked = sum(info.file_size for info in members)
    most = min(MOST_BYTES, max(HARMLESS, MOST_GROWTH * packed))
    largest = max((info.file_size for info in members), default=0)
    if len(members) > MOST_MEMBERS or unpacked > most or largest > MOST_MEMBER_BYTES:
        found = f"{len(members)} files of {unpacked} bytes in {packed} bytes"
        mend = "If you trust it, unpack it and give the folder."
        raise DataError(path, "an archive of one scan", f"a zip bomb: {found}", mend)


def _check_member(path, info: zipfile.ZipInfo, packed: int) -> None:
    # A file's `read` makes room for all bytes it is asked for, there or not.
    if info.header_offset + info.compress_size > packed:
        raise _damaged(path, f"{info.filename}: {info.compress_size} bytes in {packed}")
    if info.flag_bits & 0x1:
        mend = "Unpack it with its password and give the folder."
        raise DataError(path, "an open archive", "an encrypted one", mend)
    if info.compress_type not in METHODS:
        found = f"method {info.compress_type} ({info.filename})"
        raise DataError(path, "stored or deflated files", found, "Pack it again as plain zip.")
    if _escapes(info.orig_filename) or stat.S_ISLNK(info.external_attr >> 16):
        found = f"{info.orig_filename!r}, which points out of it"
        raise DataError(path, "an archive of plain files", found, "Do not trust this archive.")


def _escapes(name: str) -> bool:
    """Whether a member's name leads out of the folder that it would be unpacked to."""
    windows = PureWindowsPath(name)
    return (
        name.startswith(("/", "\\"))
        or bool(windows.drive)
        or ".." in PurePosixPath(name).parts + windows.parts
    )
