"""The files of a DICOM source, whether they lie in a folder or in a zip archive."""

import contextlib
import io
import mmap

from ct2xkeras.data import locations
from ct2xkeras.data.ct.archives import opened_archive
from ct2xkeras.data.ct.ct_source import VOLUME_SUFFIXES
from ct2xkeras.data.ct.stored_grid import unreadable
from ct2xkeras.data.errors import DataError

PREAMBLE = 128  # bytes before the letters that every DICOM file has
MAGIC = b"DICM"
ZIP_SUFFIX = ".zip"


def is_zip(path) -> bool:
    """Whether a file's ending says that it is an archive."""
    return str(path).lower().endswith(ZIP_SUFFIX)


def has_magic(start: bytes) -> bool:
    """Whether these first bytes are a DICOM file's."""
    return start[PREAMBLE : PREAMBLE + len(MAGIC)] == MAGIC


def is_dicom(path) -> bool:
    """Whether a file begins as DICOM, whatever its name.

    Raises:
        DataError: it cannot be opened.
    """
    try:
        return has_magic(locations.read_start(path, PREAMBLE + len(MAGIC)))
    except OSError as error:
        raise unreadable(path, error) from error


class PlainFiles:
    """DICOM files by path or address; other files beside them are left out."""

    def __init__(self, paths):
        others = (*VOLUME_SUFFIXES, ZIP_SUFFIX)
        self.names = [p for p in paths if not p.lower().endswith(others) and is_dicom(p)]

    def open(self, name: str):
        """A binary stream, to be used as a context manager."""
        if locations.is_remote(name):
            return io.BytesIO(locations.read_bytes(name))
        try:
            with open(name, "rb") as file:
                # a plain file would make room for whatever length a damaged header asks for
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise unreadable(name, error) from error

    def full_name(self, name: str) -> str:
        """How errors and sources call a file."""
        return name


class ZippedFiles:
    """DICOM files of an archive; other members are left out."""

    def __init__(self, archive):
        self._archive = archive
        length = PREAMBLE + len(MAGIC)
        self.names = [name for name in archive.names if has_magic(archive.read(name, length))]

    def open(self, name: str):
        """A binary stream, to be used as a context manager."""
        return io.BytesIO(self._archive.read(name))

    def full_name(self, name: str) -> str:
        """How errors and sources call a file."""
        return f"{self._archive.path}/{name}"


@contextlib.contextmanager
def dicom_files(path):
    """The DICOM files of a folder, a zip archive, or the file itself, for the block.

    Raises:
        DataError: a file of another kind, a damaged or hostile archive, or one without rights.
    """
    if locations.is_folder(path):
        yield PlainFiles(locations.files_below(path))
    elif is_zip(path):
        with locations.local_copy(path) as local, opened_archive(path, local) as archive:
            yield ZippedFiles(archive)
    else:
        files = PlainFiles([str(path)])
        if not files.names:
            raise not_a_ct(path)
        yield files


def not_a_ct(path) -> DataError:
    """The error of a file that no reader of CTs takes."""
    expected = "a CT (.nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd, a folder or zip of DICOM files)"
    _, dot, suffix = locations.file_name(path).rpartition(".")
    found = f"a file ending in {dot + suffix!r}" if dot else "a file without ending"
    return DataError(path, expected, found, "Convert it, e.g. with dcm2niix.")
