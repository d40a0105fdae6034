import stat
import zipfile

import numpy as np
import pytest
from series_samples import pack, scan, write_series

from ct2xkeras.data.ct import archives
from ct2xkeras.data.ct.volumes import read_volume
from ct2xkeras.data.errors import DataError


@pytest.fixture
def series(tmp_path):
    return write_series(tmp_path / "series", scan())


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_equals_its_folder(tmp_path, series, method):
    packed = read_volume(pack(series, tmp_path / "scan.zip", method, README=b"a scan"))
    plain = read_volume(series)
    np.testing.assert_array_equal(packed.hu, plain.hu)
    np.testing.assert_array_equal(packed.affine, plain.affine)
    assert packed.name == "scan"


@pytest.mark.parametrize(
    "name",
    ["../out.dcm", "a/../../out.dcm", "/etc/out", "C:\\out.dcm", "c:out", "..\\out", "\\\\host\\a"],
)
def test_members_that_point_out_of_the_archive_are_refused(tmp_path, series, name):
    path = pack(series, tmp_path / "scan.zip", **{name: b"x"})
    with pytest.raises(DataError, match="which points out of it"):
        read_volume(path)


def symlink(path, series):
    pack(series, path)
    link = zipfile.ZipInfo("link")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")


def bomb(path, series):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for index in range(5):
            archive.writestr(f"slice{index}", bytes(2**20))


def nested_names(path, series):
    """More members than any scan has, and hardly a byte in them."""
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(30):
            archive.writestr(f"slice{index}", b"")


def encrypted(path, series):
    content = bytearray(pack(series, path).read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)


def bzip2(path, series):
    pack(series, path, zipfile.ZIP_BZIP2)


def truncated(path, series):
    path.write_bytes(pack(series, path).read_bytes()[:-200])


def text(path, series):
    path.write_text("not an archive")


def flipped_bits(path, series):
    content = bytearray(pack(series, path, zipfile.ZIP_STORED).read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def declares_too_little(path, series):
    """The archive's table says 300 bytes for a member that holds far more."""
    content = bytearray(pack(series, path).read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (300).to_bytes(4, "little")
    path.write_bytes(content)


def declares_more_than_there_is(path, series):
    """The archive's table says 256 MiB for a packed member."""
    content = bytearray(pack(series, path).read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 20 : entry + 24] = (2**28).to_bytes(4, "little")
    path.write_bytes(content)


def volumes_only(path, series):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ct.nii", b"x")


BAD = {
    symlink: "'link', which points out of it",
    bomb: "a zip bomb: 5 files of 5242880 bytes in",
    nested_names: "a zip bomb: 30 files",
    encrypted: "encrypted",
    bzip2: "stored or deflated",
    truncated: "whole zip archive",
    text: "whole zip archive",
    flipped_bits: "whole zip archive",
    declares_too_little: "whole zip archive",
    declares_more_than_there_is: "268435456 bytes in",
    volumes_only: "none (no DICOM file)",
}


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_a_bad_archive_ends_in_one_line_that_names_it(tmp_path, series, make, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 20)
    monkeypatch.setattr(archives, "HARMLESS", 2**20)
    path = tmp_path / "bad.zip"
    make(path, series)
    with pytest.raises(DataError) as caught:
        read_volume(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert BAD[make] in message
