import hashlib
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path

import h5py
import numpy as np
import pytest

from ct2xkeras.metrics.extractors.known_weights import KNOWN_WEIGHTS

WEIGHTS = Path(__file__).parents[4] / "shared" / "data" / "weights"


@pytest.fixture(scope="session")
def real_weights():
    if not WEIGHTS.is_dir():
        pytest.skip(f"real weights are not at {WEIGHTS}")
    return WEIGHTS


def write_squeezenet(path, model):
    """A network's weights as Keras 1 wrote them: a group per layer that names its weights."""
    with h5py.File(path, "w") as file:
        for number, layer in enumerate(layer for layer in model.layers if layer.weights):
            group = file.create_group(layer.name.replace("_", "/", 1))
            names = [f"uniform{number}", f"{group.name[1:]}_b"]
            group.attrs["weight_names"] = np.array(names, "S")
            for name, value in zip(names, layer.get_weights(), strict=True):
                group[name] = value
    return path


@pytest.fixture(scope="session")
def random_network():
    import keras

    from ct2xkeras.metrics.extractors.squeezenet import squeezenet

    keras.utils.set_random_seed(1)
    model = squeezenet()
    rng = np.random.default_rng(1)
    for layer in model.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, rng.normal(size=bias.shape) / 10])
    return model


@pytest.fixture(scope="session")
def network_file(tmp_path_factory, random_network):
    return write_squeezenet(tmp_path_factory.mktemp("network") / "random.h5", random_network)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Nobody's imported weights are used or changed."""
    monkeypatch.setenv("CT2XKERAS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def as_published(monkeypatch):
    """Takes a file for the published one of a name: its source of that number."""
    known = dict(KNOWN_WEIGHTS)

    def take(path, name, number=0):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        source = known[name].sources[number]._replace(sha256=sha256)
        monkeypatch.setitem(KNOWN_WEIGHTS, name, known[name]._replace(sources=(source,)))

    return take


class FloatStorage:
    def __init__(self, key, numbers):
        self.key, self.numbers = key, numbers


class LongStorage(FloatStorage):
    pass


def _rebuild_tensor_v2(*_):
    """Only its name is pickled."""


class Tensor:
    def __init__(self, storage, size, stride, offset):
        self.arguments = (storage, offset, size, stride, False, OrderedDict())

    def __reduce__(self):
        return _rebuild_tensor_v2, self.arguments


class TorchPickler(pickle.Pickler):
    """Pickles as torch does: numbers stay outside."""

    extra = ()

    def persistent_id(self, obj):
        if isinstance(obj, FloatStorage):
            return ("storage", type(obj), obj.key, "cpu", len(obj.numbers), *self.extra)
        return None


class OldTorchPickler(TorchPickler):
    extra = (None,)


def _named_like_torch():
    """Makes pickles name torch's modules, which need not be there."""
    patch = pytest.MonkeyPatch()
    modules = {"torch": (FloatStorage, LongStorage), "torch._utils": (_rebuild_tensor_v2,)}
    for name, contents in modules.items():
        module = types.ModuleType(name)
        patch.setitem(sys.modules, name, module)
        for content in contents:
            patch.setattr(content, "__module__", name)
            setattr(module, content.__name__, content)
    return patch


def write_torch(path, arrays, kind):
    """Arrays as `torch.save` writes a state dictionary, in the `zip` or the `old` format."""
    storages = [
        (LongStorage if a.dtype == "int64" else FloatStorage)(str(n), a.ravel())
        for n, a in enumerate(arrays.values())
    ]
    state = OrderedDict()
    for (name, array), storage in zip(arrays.items(), storages, strict=True):
        stride = tuple(step // array.itemsize for step in array.strides)
        state[name] = Tensor(storage, array.shape, stride, 0)
    state._metadata = OrderedDict(version=1)
    patch = _named_like_torch()
    try:
        (write_zip if kind == "zip" else write_old)(path, state, storages)
    finally:
        patch.undo()
    return path


def write_zip(path, state, storages):
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("heads/data.pkl", "w") as file:
            TorchPickler(file, 2).dump(state)
        archive.writestr("heads/byteorder", b"little")
        for storage in storages:
            archive.writestr(f"heads/data/{storage.key}", storage.numbers.tobytes())


def write_old(path, state, storages):
    with path.open("wb") as file:
        for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}):
            pickle.dump(part, file, 2)
        OldTorchPickler(file, 2).dump(state)
        pickle.dump([storage.key for storage in storages], file, 2)
        for storage in storages:
            file.write(len(storage.numbers).to_bytes(8, "little"))
            file.write(storage.numbers.tobytes())


@pytest.fixture(scope="session")
def save_torch():
    return write_torch


@pytest.fixture(scope="session")
def heads_file(tmp_path_factory):
    """Heads that fit SqueezeNet."""
    rng = np.random.default_rng(2)
    heads = {
        f"lin{n}.model.1.weight": rng.uniform(0, 1, (1, channels, 1, 1)).astype("float32")
        for n, channels in enumerate([64, 128, 256, 384, 384, 512, 512])
    }
    return write_torch(tmp_path_factory.mktemp("heads") / "heads.pth", heads, "zip")
