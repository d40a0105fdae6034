"""Paths and addresses behave alike; `ram://` stands for any file system of TensorFlow's."""

import uuid

import pytest

from ct2xkeras.data import locations
from ct2xkeras.data.errors import DataError


@pytest.fixture(params=["local", "ram"])
def folder(request, tmp_path):
    return str(tmp_path / "a") if request.param == "local" else f"ram://{uuid.uuid4().hex}"


def test_files_are_written_found_moved_and_deleted(folder):
    deep = locations.join(folder, "b", "c")
    locations.make_folder(deep)
    one, two = locations.join(deep, "one.txt"), locations.join(folder, "b", "two.txt")
    locations.write_bytes(one, b"first")
    locations.write_bytes(one, b"second")
    assert locations.read_bytes(one) == b"second"
    assert locations.size(one) == 6
    assert locations.is_file(one)
    assert locations.is_folder(deep)
    assert not locations.is_file(deep)
    locations.move(one, two)
    assert not locations.exists(one)
    assert locations.files_below(folder) == [two]
    assert locations.matches(locations.join(folder, "b", "*.txt")) == [two]
    locations.delete(two)
    locations.delete(two)
    assert locations.files_below(folder) == []
    locations.delete_folder(folder)
    assert not locations.exists(folder)


def test_a_local_copy_has_the_name_and_the_content(folder):
    locations.make_folder(locations.join(folder, "series"))
    file = locations.join(folder, "series", "a.nii.gz")
    locations.write_bytes(file, b"content")
    with locations.local_copy(file) as path:
        assert (path.name, path.read_bytes()) == ("a.nii.gz", b"content")
    with locations.local_copy(folder) as path:
        assert (path / "series" / "a.nii.gz").read_bytes() == b"content"


def test_an_unknown_scheme_is_an_error_that_names_the_address():
    with pytest.raises(DataError, match="nowhere://bucket/a: expected an address"):
        locations.size("nowhere://bucket/a")
