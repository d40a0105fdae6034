"""Tensors of files that `torch.save` wrote, without torch and without running what they ask for.

Such a file is a pickle, and a pickle can name any function of Python and have it called. Here only
three names are known, and what stands for them does nothing but note where a tensor lies. Both
formats are read: the zip file of torch from 1.6 on, and the row of pickles before it.
"""

import io
import math
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

import numpy as np

LARGEST_FILE = 2**24  # bytes; a file that claims more has no business here
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_FLOAT_STORAGE = "float32"


class _Storage(NamedTuple):
    """A row of numbers, kept elsewhere in the file under a key."""

    key: str
    count: int


class _Tensor(NamedTuple):
    """A part of a storage; offset and stride in numbers."""

    storage: _Storage
    offset: int
    size: tuple
    stride: tuple


class _TensorRebuilder:
    """Stands for torch's function of that purpose; has no attributes that a file could set."""

    __slots__ = ()

    def __call__(self, storage, offset, size, stride, *_gradient_and_hooks):
        return _Tensor(storage, offset, size, stride)


_KNOWN = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch", "FloatStorage"): _FLOAT_STORAGE,
    ("torch._utils", "_rebuild_tensor_v2"): _TensorRebuilder(),
}


class _TensorUnpickler(pickle.Unpickler):
    """Reads dictionaries of float32 tensors and nothing else."""

    def __init__(self, file):
        super().__init__(file)
        self.storages = {}

    def find_class(self, module, name):
        if (module, name) not in _KNOWN:
            expected = ", ".join(".".join(known) for known in _KNOWN)
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, beyond {expected}")
        return _KNOWN[module, name]

    def persistent_load(self, pid):
        word, storage_type, key, _device, count = pid[:5]
        if (word, storage_type) != ("storage", _FLOAT_STORAGE) or any(pid[5:]):
            raise pickle.UnpicklingError(f"it refers to {pid!r}, which is no float32 storage")
        self.storages[key] = _Storage(key, count)
        return self.storages[key]


def read_torch_tensors(path):
    """The tensors of a state dictionary.

    Args:
        path: a file that `torch.save` wrote, with float32 tensors, of at most 16 MiB.

    Returns:
        {name: float32 array}.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it holds, or claims to hold, anything else. Nothing of it has been run.
    """
    size = Path(path).stat().st_size
    if size > LARGEST_FILE:
        raise ValueError(f"{path}: expected at most {LARGEST_FILE} bytes, found {size}.")
    content = io.BytesIO(Path(path).read_bytes())
    try:
        state, stored = _read_zip(content) if zipfile.is_zipfile(path) else _read_row(content)
        return {str(name): _array(tensor, stored) for name, tensor in state.items()}
    # A damaged pickle ends in errors of any kind.
    except Exception as error:
        raise ValueError(
            f"{path}: expected a dictionary of float32 tensors written by torch.save, found "
            f"something else: {type(error).__name__}: {error}"
        ) from error


def _read_zip(content):
    """The pickled dictionary of a zip file, and its storages {key: float32 (count,)}."""
    with zipfile.ZipFile(content) as archive:
        (record,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
        root = record.removesuffix("data.pkl")
        if root + "byteorder" in archive.namelist():
            _check("byte order", b"little", _member(archive, root + "byteorder"))
        unpickler = _TensorUnpickler(io.BytesIO(_member(archive, record)))
        state = unpickler.load()
        members = {key: _member(archive, f"{root}data/{key}") for key in unpickler.storages}
    return state, {key: np.frombuffer(data, "<f4") for key, data in members.items()}


def _member(archive, name):
    if archive.getinfo(name).file_size > LARGEST_FILE:
        raise ValueError(f"{name} claims {archive.getinfo(name).file_size} bytes")
    return archive.read(name)


def _read_row(content):
    """The same of the older format: magic number, version, machine, dictionary, keys, storages."""
    _check("magic number", _LEGACY_MAGIC, _TensorUnpickler(content).load())
    _check("version", 1001, _TensorUnpickler(content).load())
    _check("byte order", True, _TensorUnpickler(content).load()["little_endian"])
    unpickler = _TensorUnpickler(content)
    state = unpickler.load()
    stored = {}
    for key in _TensorUnpickler(content).load():
        count = int.from_bytes(content.read(8), "little")
        _check(f"length of storage {key}", unpickler.storages[key].count, count)
        stored[key] = np.frombuffer(content.read(4 * count), "<f4")
    return state, stored


def _check(what, expected, found):
    if found != expected:
        raise ValueError(f"{what}: expected {expected!r}, found {found!r}")


def _array(tensor, stored):
    if not isinstance(tensor, _Tensor):
        raise ValueError(f"expected a tensor, found {type(tensor).__name__}")
    count = math.prod(tensor.size)
    rows = [math.prod(tensor.size[axis + 1 :]) for axis in range(len(tensor.size))]
    pairs = zip(tensor.size, rows, tensor.stride, strict=True)
    if any(length > 1 and row != stride for length, row, stride in pairs):
        raise ValueError(f"expected numbers in a row, found stride {tensor.stride}")
    numbers = stored[tensor.storage.key][tensor.offset : tensor.offset + count]
    return numbers.reshape(tensor.size).astype(np.float32)
