import io
import os
import pickle
import zipfile

import numpy as np
import pytest

from ct2xkeras.metrics.extractors.torch_files import LARGEST_FILE, read_torch_tensors


@pytest.fixture
def arrays(rng):
    shapes = {"first": (1, 5, 1, 1), "second": (2, 3), "third": (4,)}
    return {name: rng.normal(size=shape).astype("float32") for name, shape in shapes.items()}


@pytest.fixture(params=["zip", "old"])
def kind(request):
    return request.param


def write_pickle(path, content, kind):
    """A pickle where each format has its own."""
    if kind == "old":
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x/data.pkl", content)
    return path


def test_what_was_saved_is_read(tmp_path, arrays, kind, save_torch):
    read = read_torch_tensors(save_torch(tmp_path / "a.pth", arrays, kind))
    assert list(read) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == np.float32


class Caller:
    """Pickled, it asks the reader to call a function."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def test_a_file_that_wants_something_run_is_refused(tmp_path, kind):
    made = tmp_path / "made"
    for function, argument in ((os.mkdir, str(made)), (eval, f"__import__('os').mkdir('{made}')")):
        content = pickle.dumps({"weight": Caller(function, argument)}, 2)
        path = write_pickle(tmp_path / "evil.pth", content, kind)
        with pytest.raises(ValueError, match=r"evil\.pth: .*asks for .*(mkdir|eval)"):
            read_torch_tensors(path)
    assert not made.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.__init__\x93.",
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v3\n.",
        b"\x80\x02ctorch\nDoubleStorage\n.",
        # Attributes of what the reader itself uses.
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\nN}X\x01\x00\x00\x00aK\x01s\x86b.",
        b"\x80\x02ccollections\nOrderedDict\nN}X\x01\x00\x00\x00aK\x01s\x86b.",
        pickle.dumps({"weight": [1.0, 2.0]}, 2),
        pickle.dumps([1, 2], 2),
        b"",
        b"no pickle at all",
    ],
)
def test_anything_but_tensors_is_refused(tmp_path, content, kind):
    path = write_pickle(tmp_path / "odd.pth", content, kind)
    with pytest.raises(ValueError, match=r"odd\.pth: expected a dictionary of float32 tensors"):
        read_torch_tensors(path)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_cut_file_is_refused(tmp_path, arrays, kind, save_torch, share):
    path = save_torch(tmp_path / "cut.pth", arrays, kind)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(ValueError, match=r"cut\.pth"):
        read_torch_tensors(path)


def test_numbers_that_do_not_lie_in_a_row_are_refused(tmp_path, arrays, save_torch):
    path = save_torch(tmp_path / "a.pth", {"turned": arrays["second"].T}, "zip")
    with pytest.raises(ValueError, match="expected numbers in a row, found stride"):
        read_torch_tensors(path)


def test_a_storage_that_is_too_short_is_refused(tmp_path, arrays, save_torch):
    path = save_torch(tmp_path / "a.pth", arrays, "zip")
    short = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(short, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[:4] if "/data/" in name else old.read(name))
    path.write_bytes(short.getvalue())
    with pytest.raises(ValueError, match=r"a\.pth"):
        read_torch_tensors(path)


def test_a_file_too_large_is_not_opened(tmp_path):
    path = tmp_path / "large.pth"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(
        ValueError, match=rf"at most {LARGEST_FILE} bytes, found {LARGEST_FILE + 1}"
    ):
        read_torch_tensors(path)


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.pth"):
        read_torch_tensors(tmp_path / "none.pth")
