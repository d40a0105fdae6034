import contextlib
import hashlib
import io
import pickle
import shutil
import tarfile

import h5py
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.metrics.extractors import find_lpips, import_weights
from ct2xkeras.metrics.extractors.graph_files import LARGEST_GRAPH, open_graph_file
from ct2xkeras.metrics.extractors.known_weights import KNOWN_WEIGHTS
from ct2xkeras.metrics.extractors.layer_files import open_layer_file
from ct2xkeras.metrics.extractors.squeezenet import load_squeezenet
from ct2xkeras.metrics.extractors.stored_files import open_tensors
from ct2xkeras.metrics.extractors.weight_store import load_arrays, stored_path


def test_the_published_files_are_known_whatever_they_are_called(tmp_path, real_weights):
    for file in real_weights.iterdir():
        copy = shutil.copy(file, tmp_path / "downloaded")
        name, path = import_weights(copy)
        kind = "squeezenet-keras" if file.suffix == ".h5" else f"lpips-{file.stem.split('_')[-1]}"
        assert (name, path) == (kind, stored_path(kind))
        assert load_arrays(name)


def test_imported_weights_are_those_of_the_file(network_file, as_published):
    as_published(network_file, "squeezenet-keras")
    import_weights(network_file, "squeezenet-keras")
    pairs = zip(load_squeezenet().weights, load_squeezenet(network_file).weights, strict=True)
    for imported, own in pairs:
        np.testing.assert_array_equal(imported, own)


def test_a_file_of_the_right_layout_and_another_hash_is_refused(network_file, heads_file):
    for file, name in ((network_file, "squeezenet-keras"), (heads_file, "lpips-squeeze")):
        expected = KNOWN_WEIGHTS[name].sources[0]
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        message = f"{file.name}: .*{name}.*{expected.sha256}, found .*{found}.*{expected.url}"
        for wanted in (name, None):
            with pytest.raises(ValueError, match=message):
                import_weights(file, wanted)
        assert not stored_path(name).exists()


class Evil:
    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        import os

        return os.system, (f"mkdir {self.folder}",)


def test_other_files_are_refused_and_nothing_runs(tmp_path, network_file):
    contents = {
        "empty": b"",
        "text": b"no network",
        "page.pth": b"<!DOCTYPE html><html>Not found</html>",
        "cut.h5": network_file.read_bytes()[:5000],
        "evil.pth": pickle.dumps(Evil(tmp_path / "made"), 2),
        "noise.tgz": b"\x1f\x8b\x08" + bytes(range(256)),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=f"{name}: expected a "):
            import_weights(tmp_path / name)
    assert not (tmp_path / "made").exists()
    assert not stored_path("lpips-alex").parent.exists()


def test_another_file_than_the_wanted_is_refused(heads_file, as_published):
    as_published(heads_file, "lpips-squeeze")
    with pytest.raises(
        ValueError, match=r"heads\.pth: expected 'lpips-vgg', found 'lpips-squeeze'"
    ):
        import_weights(heads_file, "lpips-vgg")
    with pytest.raises(ValueError, match=r"one of inception.*found 'lpips'"):
        import_weights(heads_file, "lpips")


def test_damaged_weights_in_the_cache_are_said_to_be_damaged(heads_file, as_published):
    as_published(heads_file, "lpips-squeeze")
    _, path = import_weights(heads_file)
    np.savez(stored_path("squeezenet-torchvision"), **{"conv1/kernel": np.zeros(3)})
    with pytest.raises(ValueError, match=r"squeezenet-torchvision\.npz: .*delete the file"):
        find_lpips("squeeze")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match=r"lpips-squeeze\.npz: .*delete the file"):
        find_lpips("squeeze")


# ------------------------------------------------------------------ kinds of files


def tgz(path, name, claimed, content):
    """An archive of one file that claims a length."""
    header = tarfile.TarInfo(name)
    header.size = claimed
    stream = io.BytesIO(header.tobuf(tarfile.GNU_FORMAT) + content + bytes(2048))
    with tarfile.open(path, "w:gz") as archive:
        archive.fileobj.write(stream.getvalue())
    return path


@pytest.mark.parametrize(
    ("name", "claimed", "message"),
    [
        ("graph.pb", LARGEST_GRAPH + 1, f"at most {LARGEST_GRAPH} bytes"),
        ("other.pb", 2**45, f"at most {LARGEST_GRAPH} bytes"),
        ("labels.txt", 4, "no .pb file"),
        ("graph.pb", 100_000, "end of data"),
    ],
)
def test_archives_that_claim_too_much_or_hold_too_little(tmp_path, name, claimed, message):
    path = tgz(tmp_path / "a.tgz", name, claimed, b"1234")
    with pytest.raises(ValueError, match=rf"a\.tgz: expected .*{message}"):
        import_weights(path)


def test_a_constant_that_claims_more_than_it_holds_is_not_read(tmp_path):
    graph = tf.compat.v1.GraphDef()
    tensor = graph.node.add(op="Const", name="conv/conv2d_params").attr["value"].tensor
    tensor.dtype = tf.float32.as_datatype_enum
    tensor.float_val.append(1)
    tensor.tensor_shape.dim.add(size=2**50)
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.SerializeToString())
    with (
        open_graph_file(path) as tensors,
        pytest.raises(ValueError, match=r"graph\.pb: expected 'conv/conv2d_params' of shape \(3,"),
    ):
        tensors.take("conv/conv2d_params", (3, 3, 3, 32))


def test_a_layer_file_reads_no_other_file(tmp_path, network_file):
    with h5py.File(tmp_path / "links.h5", "w") as file:
        group = file.create_group("conv1")
        group.attrs["weight_names"] = ["there"]
        group["there"] = h5py.ExternalLink(str(network_file), "conv1/conv1_b")
    with open_layer_file(tmp_path / "links.h5") as tensors:
        assert tensors.shapes == {}


def test_a_damaged_layer_file_is_an_error_or_other_numbers(tmp_path, rng):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("conv1")
        group.attrs["weight_names"] = ["kernel", "bias"]
        for name in ("kernel", "bias"):
            group[name] = np.ones((2, 3), "float32")
    whole = path.read_bytes()
    for _ in range(100):
        damaged = bytearray(whole)
        for position in rng.integers(8, len(whole), 3):
            damaged[position] = rng.integers(0, 256)
        path.write_bytes(damaged)
        with contextlib.suppress(ValueError), open_tensors(path) as tensors:
            tensors.take("conv1:0", (2, 3))
