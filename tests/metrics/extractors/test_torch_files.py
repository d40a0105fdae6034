import contextlib
import io
import os
import pickle
import zipfile

import numpy as np
import pytest

from ct2xkeras.metrics.extractors.torch_files import LARGEST_FILE, open_torch_file

# The standard library's reader of opcodes, on damaged text.
pytestmark = pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")


def read_torch_tensors(path):
    with open_torch_file(path) as tensors:
        return {name: tensors.read(name) for name in tensors.shapes}


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


def test_whole_numbers_stay_whole(tmp_path, kind, save_torch):
    path = save_torch(tmp_path / "a.pth", {"tracked": np.array(7, "int64")}, kind)
    assert read_torch_tensors(path)["tracked"] == 7


# What torch's first function for tensors is asked for: five numbers of storage 0.
TENSOR = (
    b"ctorch._utils\n_rebuild_tensor\n((X\x07\0\0\0storagectorch\nFloatStorage\n"
    b"X\x01\0\0\x000X\x03\0\0\0cpuK\x05tQK\0(K\x05t(K\x01ttR"
)
PARAMETER = b"ctorch.nn.parameter\nParameter\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b"ctorch._utils\n_rebuild_parameter\n(", b"\x88NtR"),
        # Objects of the class, with the tensor as argument or first in their state.
        (PARAMETER + b"(", b"t\x81(\x88\x89Ntb"),
        (PARAMETER + b")\x81(", b"K\x01K\x01\x88Ntb"),
    ],
)
def test_parameters_of_every_age_are_read_like_tensors(tmp_path, before, after):
    numbers = np.arange(5, dtype="<f4")
    with zipfile.ZipFile(tmp_path / "a.pth", "w") as archive:
        entry = b"X\x01\0\0\0a" + before + TENSOR + after
        archive.writestr("x/data.pkl", b"\x80\x02}" + entry + b"s.")
        archive.writestr("x/data/0", numbers.tobytes())
    np.testing.assert_array_equal(read_torch_tensors(tmp_path / "a.pth")["a"], numbers)


class Caller:
    """Pickled, it asks the reader to call a function."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def test_a_file_that_wants_something_run_is_refused(tmp_path, kind):
    made = tmp_path / "made"
    for function, argument in (
        (os.mkdir, str(made)),
        (os.system, f"mkdir {made}"),
        (eval, f"__import__('os').mkdir('{made}')"),
    ):
        content = pickle.dumps({"weight": Caller(function, argument)}, 2)
        path = write_pickle(tmp_path / "evil.pth", content, kind)
        with pytest.raises(ValueError, match=r"evil\.pth: .*asks for .*(mkdir|system|eval)"):
            read_torch_tensors(path)
    assert not made.exists()


# Every opcode that can call something or build an object of something.
@pytest.mark.parametrize(
    "call",
    [
        b"cos\nsystem\n(S'%s'\ntR.",  # GLOBAL, REDUCE
        b"\x80\x04\x8c\x02os\x8c\x06system\x93(S'%s'\ntR.",  # STACK_GLOBAL
        b"(S'%s'\nios\nsystem\n.",  # INST
        b"(cos\nsystem\nS'%s'\no.",  # OBJ
        b"\x80\x02cos\nsystem\n(S'%s'\nt\x81.",  # NEWOBJ
        b"\x80\x04cos\nsystem\n(S'%s'\nt}\x92.",  # NEWOBJ_EX
        b"\x80\x02ccollections\nOrderedDict\n)R}X\x01\0\0\0acos\nsystem\nsb.",  # BUILD
        b"\x80\x02\x82\x01(S'%s'\ntR.",  # EXT1
        b"cbuiltins\ngetattr\n(cos\nsystem\nS'%s'\ntR.",
    ],
)
def test_no_opcode_runs_anything(tmp_path, call, kind):
    made = tmp_path / "made"
    content = call.replace(b"%s", f"mkdir {made}".encode())
    path = write_pickle(tmp_path / "evil.pth", content, kind)
    with pytest.raises(ValueError, match=r"evil\.pth: expected a dictionary"):
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
        b"\x80\x02ctorch.nn.parameter\nParameter\n}X\x01\x00\x00\x00aK\x01sb.",
        b"\x80\x02ctorch\nFloatStorage\nN}X\x01\x00\x00\x00aK\x01s\x86b.",
        # A memo of 32 GiB.
        b"\x80\x02Nr\xff\xff\xff\x7f.",
        b"Np2147483647\n.",
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


def test_a_compressed_member_is_refused(tmp_path, arrays, save_torch):
    """It could be any length once it is unpacked."""
    path = save_torch(tmp_path / "bomb.pth", arrays, "zip")
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    path.write_bytes(packed.getvalue())
    with pytest.raises(ValueError, match=r"bomb\.pth: .*is compressed"):
        read_torch_tensors(path)


def test_damage_anywhere_is_an_error_or_other_numbers(tmp_path, arrays, kind, save_torch, rng):
    path = save_torch(tmp_path / "a.pth", arrays, kind)
    whole = path.read_bytes()
    for _ in range(150):
        damaged = bytearray(whole)
        for position in rng.integers(0, len(whole), 3):
            damaged[position] = rng.integers(0, 256)
        path.write_bytes(damaged)
        with contextlib.suppress(ValueError):
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
