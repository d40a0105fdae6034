"""Tensors of files that `torch.save` wrote, without torch and without running what they ask for.

Both formats are read: the zip file of torch from 1.6 on, and the row of pickles before it. Numbers
are read only where they are asked for, since a published file is hundreds of megabytes long.
"""

import contextlib
import io
import math
import zipfile
from pathlib import Path

import numpy as np

from ct2xkeras.metrics.extractors.tensors import Tensors, problems_of
from ct2xkeras.metrics.extractors.torch_pickles import TensorUnpickler, plain_tensor

LARGEST_FILE = 2**30  # bytes; the largest published network that is known here has half of that
LARGEST_PICKLE = 2**24
EXPECTED = "a dictionary of float32 tensors written by torch.save"
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C


@contextlib.contextmanager
def open_torch_file(path):
    """The tensors of a state dictionary, as a `Tensors`, for the time of a `with` block.

    Args:
        path: a file that `torch.save` wrote, with float32 and int64 tensors, of at most 1 GiB.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it holds, or claims to hold, anything else. Nothing of it has been run.
    """
    size = Path(path).stat().st_size
    if size > LARGEST_FILE:
        raise ValueError(f"{path}: expected at most {LARGEST_FILE} bytes, found {size}.")
    with Path(path).open("rb") as file:
        with problems_of(path, EXPECTED):
            opened = _open_zip if zipfile.is_zipfile(file) else _open_row
            file.seek(0)
            state, read_storage = opened(file)
            tensors = {str(name): _checked(value) for name, value in state.items()}

        def read(name):
            with problems_of(path, EXPECTED):
                return _array(tensors[name], read_storage)

        yield Tensors(path, {name: tuple(tensor.size) for name, tensor in tensors.items()}, read)


def _open_zip(file):
    """The pickled dictionary of a zip file, and what reads a storage."""
    archive = zipfile.ZipFile(file)
    (record,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
    root = record.removesuffix("data.pkl")
    if root + "byteorder" in archive.namelist():
        _check("byte order", b"little", _member(archive, root + "byteorder", LARGEST_PICKLE))
    state = TensorUnpickler(io.BytesIO(_member(archive, record, LARGEST_PICKLE))).load()
    return state, lambda storage: _member(archive, f"{root}data/{storage.key}", LARGEST_FILE)


def _member(archive, name, largest):
    """A member's bytes. torch compresses none, so that none can be longer than the file."""
    member = archive.getinfo(name)
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is compressed, as torch.save leaves nothing")
    if member.file_size > largest:
        raise ValueError(f"{name} claims {member.file_size} bytes")
    return archive.read(name)


def _open_row(file):
    """The same of the older format: magic number, version, machine, dictionary, keys, storages."""
    pickles = io.BytesIO(file.read(LARGEST_PICKLE))
    _check("magic number", _LEGACY_MAGIC, TensorUnpickler(pickles).load())
    _check("version", 1001, TensorUnpickler(pickles).load())
    _check("byte order", True, TensorUnpickler(pickles).load()["little_endian"])
    unpickler = TensorUnpickler(pickles)
    state = unpickler.load()
    starts, position = {}, 0
    for key in TensorUnpickler(pickles).load():
        position = position or pickles.tell()
        storage = unpickler.storages[key]
        file.seek(position)
        _check(f"length of storage {key}", storage.count, int.from_bytes(file.read(8), "little"))
        starts[key] = position + 8
        position = starts[key] + _num_bytes(storage)
    return state, lambda storage: _bytes_at(file, starts[storage.key], _num_bytes(storage))


def _num_bytes(storage):
    return storage.count * np.dtype(storage.number_type).itemsize


def _bytes_at(file, start, count):
    file.seek(start)
    return file.read(count)


def _check(what, expected, found):
    if found != expected:
        raise ValueError(f"{what}: expected {expected!r}, found {found!r}")


def _checked(value):
    """A tensor whose numbers lie in a row within its storage."""
    tensor = plain_tensor(value)
    if tensor is None:
        raise ValueError(f"expected a tensor, found {type(value).__name__}")
    rows = [math.prod(tensor.size[axis + 1 :]) for axis in range(len(tensor.size))]
    pairs = zip(tensor.size, rows, tensor.stride, strict=True)
    if any(length > 1 and row != stride for length, row, stride in pairs):
        raise ValueError(f"expected numbers in a row, found stride {tensor.stride}")
    end = tensor.offset + math.prod(tensor.size)
    if not 0 <= tensor.offset <= end <= tensor.storage.count:
        raise ValueError(f"expected at most {tensor.storage.count} numbers, found {end}")
    return tensor


def _array(tensor, read_storage):
    data = read_storage(tensor.storage)
    _check(f"bytes of storage {tensor.storage.key}", _num_bytes(tensor.storage), len(data))
    numbers = np.frombuffer(data, tensor.storage.number_type)
    end = tensor.offset + math.prod(tensor.size)
    return numbers[tensor.offset : end].reshape(tensor.size).copy()
