"""Files as visitors of the page send them."""

import struct
import zlib

import pytest

from ct2xkeras.pictures import encode_png
from ct2xkeras.serving.page.reading import LONGEST_NAME, read_ct, read_xray, safe_name
from ct2xkeras.serving.server.errors import ServingError

LONG = "\u8179" * 120  # 360 bytes


@pytest.fixture
def png(rng):
    return encode_png(rng.uniform(-1, 1, (48, 40)))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("my ct.nii.gz", "my_ct.nii.gz"),
        ("../../etc/passwd", "passwd"),
        (r"C:\scans\ct.mha", "ct.mha"),
        (".hidden", "hidden"),
        ("..", "file"),
        ("\udc80", "_"),
    ],
)
def test_names_keep_what_any_file_system_takes(name, safe):
    assert safe_name(name) == safe


@pytest.mark.parametrize("lead", ["", "a", "ab"])  # a cut may fall inside of a letter
def test_a_long_name_keeps_its_end(lead):
    name = safe_name(f"{LONG}{lead}.nii.gz")
    assert LONGEST_NAME - 3 < len(name.encode()) <= LONGEST_NAME
    assert name.endswith(f"\u8179{lead}.nii.gz")


def test_files_of_long_names_are_read(save_phantom, tmp_path, png):
    ct = save_phantom(tmp_path / "ct.nii.gz")
    assert read_ct(f"{LONG}.nii.gz", ct.read_bytes()).hu.ndim == 3
    assert read_xray(f"{LONG}.png", png).startswith(b"\x89PNG")


def test_a_picture_that_claims_too_many_pixels_is_refused(png):
    header = png[12:16] + struct.pack(">II", 6000, 6000) + png[24:29]
    bomb = png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]
    with pytest.raises(ServingError, match=r"^bomb.png: expected .* found one of more than"):
        read_xray("bomb.png", bomb)
