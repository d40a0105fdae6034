"""NRRD and MetaImage, with SimpleITK as the writer."""

import gzip
import sys

import numpy as np
import pytest
from data_samples import torso, torso_affine

from ct2xkeras.data.ct.labels import read_labels
from ct2xkeras.data.ct.volumes import read_volume
from ct2xkeras.data.errors import DataError

sitk = pytest.importorskip("SimpleITK")

SUFFIXES = (".nrrd", ".nhdr", ".mha", ".mhd")
COS, SIN = np.cos(np.radians(20)), np.sin(np.radians(20))
DIRECTIONS = {
    "LPS": np.eye(3),
    "RAS": np.diag([-1, -1, 1]),
    "left-handed": np.diag([1, 1, -1]),
    "turned": np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]]),
    "oblique": np.array([[1, 0, 0], [0, COS, -SIN], [0, SIN, COS]]),
}


def itk_image(hu, direction="LPS"):
    image = sitk.GetImageFromArray(hu)
    image.SetSpacing((8.0, 7.0, 10.0))
    image.SetOrigin((-190.0, -160.0, 30.0))
    image.SetDirection(np.ravel(DIRECTIONS[direction]).astype(float))
    return image


def write(path, hu=None, direction="LPS", compressed=True):
    sitk.WriteImage(itk_image(torso() if hu is None else hu, direction), str(path), compressed)
    return path


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("suffix", [".nrrd", ".mha"])
def test_every_voxel_stays_where_simpleitk_says(tmp_path, suffix, direction):
    hu = torso()
    hu[5, 30, 40] = 3000
    path = write(tmp_path / f"ct{suffix}", hu, direction)
    volume = read_volume(path)
    index = np.unravel_index(np.argmax(volume.hu), volume.hu.shape)
    world = (volume.affine @ [*index[::-1], 1])[:3]
    lps = sitk.ReadImage(str(path)).TransformIndexToPhysicalPoint((40, 30, 5))
    np.testing.assert_allclose(world, np.multiply(lps, [-1, -1, 1]), atol=1e-4)
    np.testing.assert_array_equal(np.sort(volume.hu, axis=None), np.sort(hu, axis=None))


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32, np.float64])
def test_every_kind_of_file_reads_the_same(tmp_path, suffix, compressed, dtype):
    path = write(tmp_path / f"ct{suffix}", torso().astype(dtype), "RAS", compressed)
    volume = read_volume(path)
    np.testing.assert_array_equal(volume.hu, torso())
    np.testing.assert_allclose(volume.affine[:3, 3], [190, 160, 30])
    assert (volume.name, volume.notes) == ("ct", ())


def by_hand(path, hu, **fields):
    """A raw NRRD as another program would write it."""
    lines = {"type": "int16", "dimension": 3, "sizes": "48 40 24", "encoding": "raw"} | fields
    header = "NRRD0004\n" + "".join(f"{key}: {value}\n" for key, value in lines.items())
    voxels = hu.astype("<i2").tobytes()
    path.write_bytes(f"{header}endian: little\n\n".encode() + voxels)
    return path


def test_an_nrrd_in_ras_and_one_without_orientation(tmp_path):
    vectors = "(8,0,0) (0,8,0) (0,0,10)"
    placed = {"space directions": vectors, "space origin": "(-190,-160,30)"}
    ras = {"space": "right-anterior-superior", **placed}
    volume = read_volume(by_hand(tmp_path / "ras.nrrd", torso(), **ras))
    np.testing.assert_array_equal(volume.hu, torso())
    np.testing.assert_allclose(volume.affine, torso_affine())
    bare = read_volume(by_hand(tmp_path / "bare.nrrd", torso(), spacings="8 8 10"))
    assert bare.spacing == (10, 8, 8)
    assert "no orientation" in bare.notes[0]


def test_labels_may_be_nrrd(tmp_path):
    volume = read_volume(write(tmp_path / "ct.mha", direction="RAS"))
    labels = (torso() > 0).astype(np.uint8) * 31
    path = write(tmp_path / "labels.nrrd", labels, "RAS")
    np.testing.assert_array_equal(read_labels(path, volume), labels)


@pytest.mark.parametrize(
    ("value", "kind"), [(-1, np.int16), (65536, np.int32), (1.5, np.float32), (np.nan, np.float32)]
)
def test_labels_that_records_cannot_hold_are_refused(tmp_path, value, kind):
    volume = read_volume(write(tmp_path / "ct.mha", direction="RAS"))
    labels = np.zeros(torso().shape, kind)
    labels[3, 4, 5] = value
    path = write(tmp_path / "labels.nrrd", labels, "RAS")
    with pytest.raises(DataError, match=r"labels\.nrrd: .*whole number a voxel, 0 to 65535, found"):
        read_labels(path, volume)
    labels[3, 4, 5] = 65535 if kind == np.int32 else 7
    write(path, labels, "RAS")
    assert read_labels(path, volume).max() == labels.max()


def edited(path, old: bytes, new: bytes, compressed=False):
    write(path, compressed=compressed)
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def shortened(path, compressed):
    write(path, compressed=compressed)
    path.write_bytes(path.read_bytes()[:-500])


def flipped(path):
    write(path, compressed=True)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def longer_than_claimed(path):
    """A gzip stream that goes on after the claimed voxels."""
    write(path, compressed=True)
    header, blank, voxels = path.read_bytes().partition(b"\n\n")
    voxels = gzip.compress(gzip.decompress(voxels) + bytes(2**16))
    path.write_bytes(header + blank + voxels)


def lonely_header(path):
    write(path)
    path.with_suffix(".raw.gz").unlink()


def vector_image(path):
    sitk.WriteImage(sitk.Compose(itk_image(torso()), itk_image(torso())), str(path))


BAD = {
    "text.nrrd": (lambda p: p.write_text("hello"), "does not begin as NRRD"),
    "text.mha": (lambda p: p.write_text("hello"), "does not begin as a MetaImage"),
    "terabytes.nrrd": (lambda p: edited(p, b"48 40 24", b"48000 40000 24000"), "claims 48000x"),
    "terabytes_gz.nrrd": (lambda p: edited(p, b"48 40 24", b"48000 40000 24000", True), "claims 4"),
    "terabytes.mha": (lambda p: edited(p, b"48 40 24", b"48000 40000 24000"), "claims 48000x"),
    "deflated.mha": (lambda p: edited(p, b"DataSize = ", b"DataSize = 99999999", True), "claims"),
    "hides.nrrd": (lambda p: edited(p, b"48 40 24", b"48 40 20"), "more voxels than its header"),
    "hides.mha": (lambda p: edited(p, b"48 40 24", b"48 40 20", True), "more voxels than its"),
    "longer.nrrd": (longer_than_claimed, "more voxels than its header"),
    "negative.mha": (lambda p: edited(p, b"48 40 24", b"-8 40 24"), "at least 2 voxels"),
    "dimensions.mha": (lambda p: edited(p, b"NDims = 3", b"NDims = 9"), "in 9 dimensions"),
    "words.nrrd": (lambda p: edited(p, b"48 40 24", b"48 40 many"), "many"),
    "type.nrrd": (lambda p: edited(p, b"type: short", b"type: block"), "number type 'block'"),
    "encoding.nrrd": (lambda p: edited(p, b"encoding: raw", b"encoding: hex"), "encoding 'hex'"),
    "spacing.mha": (lambda p: edited(p, b"Spacing = 8", b"Spacing = 900"), "spacing 900 x 7"),
    "short.nrrd": (lambda p: shortened(p, False), "bytes for a header that claims"),
    "short.mha": (lambda p: shortened(p, False), "bytes for a header that claims"),
    "short_gz.nrrd": (lambda p: shortened(p, True), "cannot be read"),
    "short_gz.mha": (lambda p: shortened(p, True), "claims"),
    "flipped.nrrd": (flipped, "cannot be read"),
    "flipped.mha": (flipped, "cannot be read"),
    "lonely.nhdr": (lonely_header, "voxels in 'lonely.raw.gz' beside it, found no such file"),
    "elsewhere.mhd": (
        lambda p: edited(p, b"elsewhere.raw", b"../elsewhere.raw"),
        "voxels in '../elsewhere.raw'",
    ),
    "vectors.mha": (vector_image, "several values a voxel"),
    "vectors.nrrd": (vector_image, "three dimensions"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_ends_in_one_line_that_names_it(tmp_path, name):
    make, expected = BAD[name]
    make(tmp_path / name)
    with pytest.raises(DataError) as caught:
        read_volume(tmp_path / name)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / name}: expected ")
    assert "\n" not in message
    assert expected in message


def test_without_simpleitk_the_pip_line_is_named(tmp_path, monkeypatch):
    path = write(tmp_path / "ct.nrrd")
    monkeypatch.setitem(sys.modules, "SimpleITK", None)
    with pytest.raises(DataError, match=r"Install it: pip install 'ct2xkeras\[itk\]'"):
        read_volume(path)
