"""The pickles inside files of `torch.save`, read without running what they ask for.

A pickle can name any function of Python and have it called. Here only the few names that tensors
need are known, and what stands for them does nothing but note where a tensor lies.
"""

import pickle
import pickletools
from collections import OrderedDict
from typing import NamedTuple


class Storage(NamedTuple):
    """A row of numbers, kept elsewhere in the file under a key."""

    key: str
    count: int
    number_type: str


class Tensor(NamedTuple):
    """A part of a storage; offset and stride in numbers."""

    storage: Storage
    offset: int
    size: tuple
    stride: tuple


class _TensorRebuilder:
    """Stands for torch's functions of that purpose; has no attributes that a file could set."""

    __slots__ = ()

    def __call__(self, storage, offset, size, stride, *_gradient_and_hooks):
        return Tensor(storage, offset, size, stride)


class _ParameterRebuilder:
    """Stands for the function that makes a parameter of a tensor."""

    __slots__ = ()

    def __call__(self, tensor, *_gradient_and_hooks):
        return tensor


class _Parameter:
    """Stands for the class of parameters, which torch once pickled as objects of it."""

    __slots__ = ("tensor",)

    def __new__(cls, tensor=None, *_gradient):
        self = super().__new__(cls)
        self.tensor = tensor
        return self

    def __setstate__(self, state):
        # The oldest have five things here, the tensor first; later ones only flags and hooks.
        if len(state) == 5:
            self.tensor = state[0]


# Types of numbers are text, which a file cannot change; an object of NumPy's it could.
_NUMBER_TYPES = ("<f4", "<i8")
LARGEST_MEMO = 2**20
_KNOWN = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch", "FloatStorage"): "<f4",
    ("torch", "LongStorage"): "<i8",
    ("torch._utils", "_rebuild_tensor"): _TensorRebuilder(),
    ("torch._utils", "_rebuild_tensor_v2"): _TensorRebuilder(),
    ("torch._utils", "_rebuild_parameter"): _ParameterRebuilder(),
    ("torch.nn.parameter", "Parameter"): _Parameter,
}


def _check_memo(file):
    """Python makes room for all places of the memo before the one that a pickle names."""
    start = file.tell()
    for opcode, argument, _position in pickletools.genops(file):
        if opcode.name.endswith("PUT") and int(argument) > LARGEST_MEMO:
            raise pickle.UnpicklingError(f"it asks for a memo of {argument} places")
    file.seek(start)


class TensorUnpickler(pickle.Unpickler):
    """Reads plain values, and tensors of float32 or int64 numbers, and nothing else.

    Args:
        file: that can be searched; it is left after the pickle.

    Attributes:
        storages: {key: Storage} of what it has met.
    """

    def __init__(self, file):
        _check_memo(file)
        super().__init__(file)
        self.storages = {}

    def find_class(self, module, name):
        if (module, name) not in _KNOWN:
            expected = ", ".join(".".join(known) for known in _KNOWN)
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, beyond {expected}")
        return _KNOWN[module, name]

    def persistent_load(self, pid):
        word, number_type, key, _device, count = pid[:5]
        if word != "storage" or number_type not in _NUMBER_TYPES or any(pid[5:]):
            raise pickle.UnpicklingError(f"it refers to {pid!r}, which is no storage of numbers")
        self.storages[key] = Storage(key, count, number_type)
        return self.storages[key]


def plain_tensor(value):
    """The tensor that a value of a state dictionary is, or None."""
    value = value.tensor if isinstance(value, _Parameter) else value
    return value if isinstance(value, Tensor) else None
