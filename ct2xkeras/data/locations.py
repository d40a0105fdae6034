"""Files by path or by address: local ones through pathlib, others through `tf.io.gfile`.

An address has a scheme: `gs://`, `s3://`, or `ram://` (a file system in memory, for tests). Which
ones work is up to the installed TensorFlow. TensorFlow is loaded for addresses only.
"""

import contextlib
import functools
import glob
import os
import shutil
import tempfile
from pathlib import Path

from ct2xkeras.data.errors import DataError


def is_remote(path) -> bool:
    """Whether this is an address rather than a local path."""
    return "://" in str(path)


def join(folder, *parts) -> str:
    """The path or address of something in a folder."""
    if is_remote(folder):
        return "/".join([str(folder).rstrip("/"), *parts])
    return str(Path(folder, *parts))


def file_name(path) -> str:
    """The last part of a path or address."""
    return str(path).rstrip("/").rsplit("/", 1)[-1] if is_remote(path) else Path(path).name


def _for_addresses(address_function):
    """Choose between a function of local paths and one of addresses, whose errors become ours."""

    def decorate(local_function):
        @functools.wraps(local_function)
        def chosen(path, *args):
            if not is_remote(path):
                return local_function(path, *args)
            return _reached(address_function, path, *args)

        return chosen

    return decorate


def _reached(address_function, path, *args):
    import tensorflow as tf

    try:
        return address_function(tf.io.gfile, str(path), *args)
    except tf.errors.OpError as error:
        mend = "Check the address, the access rights, and that this TensorFlow knows the scheme."
        found = f"{type(error).__name__}: {error.message}"
        raise DataError(path, "an address that can be reached", found, mend) from error


@_for_addresses(lambda gfile, path: gfile.exists(path))
def exists(path) -> bool:
    """Whether a file or folder is there."""
    return Path(path).exists()


@_for_addresses(lambda gfile, path: gfile.exists(path) and not gfile.isdir(path))
def is_file(path) -> bool:
    """Whether a file is there."""
    return Path(path).is_file()


@_for_addresses(lambda gfile, path: gfile.isdir(path))
def is_folder(path) -> bool:
    """Whether a folder is there."""
    return Path(path).is_dir()


@_for_addresses(lambda gfile, path: int(gfile.stat(path).length))
def size(path) -> int:
    """Bytes of a file."""
    return Path(path).stat().st_size


@_for_addresses(lambda gfile, path: int(gfile.stat(path).mtime_nsec))
def changed(path) -> int:
    """When a file was last written, in nanoseconds; 0 where the file system does not know."""
    return Path(path).stat().st_mtime_ns


def _all_files(gfile, folder) -> list[str]:
    walked = gfile.walk(folder)
    return sorted(join(at, name) for at, _, names in walked for name in names)


@_for_addresses(_all_files)
def files_below(folder) -> list[str]:
    """All files of a folder, however deep, sorted."""
    return sorted(str(path) for path in Path(folder).rglob("*") if path.is_file())


@_for_addresses(lambda gfile, pattern: sorted(gfile.glob(pattern)))
def matches(pattern) -> list[str]:
    """Files and folders of a pattern, sorted; `**` stands for any depth, of local paths only."""
    return sorted(glob.glob(str(pattern), recursive=True))


def _read(gfile, path) -> bytes:
    with gfile.GFile(path, "rb") as file:
        return file.read()


@_for_addresses(_read)
def read_bytes(path) -> bytes:
    """What a file holds."""
    return Path(path).read_bytes()


def _read_start(gfile, path, length) -> bytes:
    with gfile.GFile(path, "rb") as file:
        return file.read(length)


@_for_addresses(_read_start)
def read_start(path, length) -> bytes:
    """The first `length` bytes of a file, fewer where it is shorter."""
    with open(path, "rb") as file:
        return file.read(length)


def _write(gfile, path, content) -> None:
    with gfile.GFile(f"{path}.partial", "wb") as file:
        file.write(content)
    gfile.rename(f"{path}.partial", path, overwrite=True)


@_for_addresses(_write)
def write_bytes(path, content) -> None:
    """Writes a file whole or not at all: under a temporary name first."""
    temporary = Path(f"{path}.partial")
    temporary.write_bytes(content)
    os.replace(temporary, path)


@_for_addresses(lambda gfile, path, target: gfile.rename(path, str(target), overwrite=True))
def move(path, target) -> None:
    """Renames a file on its file system, over what has that name."""
    os.replace(path, target)


@_for_addresses(lambda gfile, path: gfile.exists(path) and gfile.remove(path))
def delete(path) -> None:
    """Deletes a file, if there is one."""
    Path(path).unlink(missing_ok=True)


@_for_addresses(lambda gfile, path: gfile.exists(path) and gfile.rmtree(path))
def delete_folder(path) -> None:
    """Deletes a folder with all that it holds, if there is one."""
    shutil.rmtree(path, ignore_errors=True)


@_for_addresses(lambda gfile, path: gfile.makedirs(path))
def make_folder(path) -> None:
    """Makes a folder and those it lies in."""
    Path(path).mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def local_copy(path):
    """A local `Path` of a file or folder: itself, or a copy that lasts for the block."""
    if not is_remote(path):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory(prefix="ct2xkeras-") as folder:
        target = Path(folder) / file_name(path)
        if is_folder(path):
            for file in files_below(path):
                _copy(file, target / file[len(str(path).rstrip("/")) + 1 :])
        else:
            _copy(path, target)
        yield target


def _copy(address, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    _reached(lambda gfile, path: gfile.copy(path, str(target), overwrite=True), address)
