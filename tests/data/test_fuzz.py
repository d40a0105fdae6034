"""Damaged files of every kind: a clean error or a right result, never a traceback or a wrong read.

Each file is a good one with a few bytes changed, cut off, doubled or set to extremes. Formats with
checksums must notice every change of what they hold; without them any volume or picture that keeps
our promises is right, since it may be what the changed header says.
"""

import contextlib
import random
import shutil
import tracemalloc
import zipfile

import numpy as np
import pytest
from data_samples import chest_picture, save_nifti, save_picture, torso
from radiograph_samples import save_dicom, twelve_bits
from series_samples import scan, write_series

from ct2xkeras.data.ct.volumes import read_volume
from ct2xkeras.data.dataset.shards import read_shard
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.xray.radiographs import read_radiograph

CASES = 60  # of each kind
MEMORY = 256 * 2**20  # bytes; the files hold less than one hundredth of it
EXTREMES = (b"\x00", b"\xff", b"\x7f", b"\x80", b"9", b"-", b"\n")


def damaged(content: bytes, chance: random.Random, header: int) -> bytes:
    """`content` with one kind of damage; half of the time within its first `header` bytes."""
    content = bytearray(content)
    reach = min(len(content), header if chance.random() < 0.5 else len(content))
    place = chance.randrange(reach)
    kind = chance.choice(("flip", "extreme", "cut", "zero", "double"))
    if kind == "flip":
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(reach)] ^= 1 << chance.randrange(8)
    elif kind == "extreme":
        length = chance.randint(1, 8)
        content[place : place + length] = chance.choice(EXTREMES) * length
    elif kind == "cut":
        del content[place:]
    elif kind == "zero":
        content[place : place + 64] = bytes(64)
    else:
        content[place:place] = content[place : place + chance.randint(1, 64)]
    return bytes(content)


def nifti(folder):
    return save_nifti(folder / "ct.nii", torso((12, 20, 24)))


def packed_nifti(folder):
    return save_nifti(folder / "ct.nii.gz", torso((12, 20, 24)))


def nrrd(folder):
    return save_itk(folder / "ct.nrrd")


def meta_image(folder):
    return save_itk(folder / "ct.mha")


def save_itk(path):
    sitk = pytest.importorskip("SimpleITK")
    sitk.WriteImage(sitk.GetImageFromArray(torso((12, 20, 24))), str(path), useCompression=True)
    return path


def dicom_slice(folder):
    """One file of a series; the others stay whole."""
    write_series(folder / "series", scan())
    return min((folder / "series").iterdir())


def zipped_series(folder):
    write_series(folder / "series", scan())
    with zipfile.ZipFile(folder / "series.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((folder / "series").iterdir()):
            archive.write(path, path.name)
    return folder / "series.zip"


def png(folder):
    return save_picture(folder / "x.png", chest_picture())


def jpeg(folder):
    return save_picture(folder / "x.jpg", chest_picture())


def dicom_radiograph(folder):
    return save_dicom(folder / "x.dcm", twelve_bits(chest_picture()))


def volume_values(path):
    """HU and affine, after checking what every volume promises."""
    source = path.parent if path.parent.name == "series" else path
    volume = read_volume(source)
    assert volume.hu.dtype == np.int16
    assert volume.hu.ndim == 3
    assert volume.hu.min() >= -1024
    assert volume.hu.max() <= 3071
    assert np.isfinite(volume.affine).all()
    assert abs(np.linalg.det(volume.affine[:3, :3])) > 0
    return volume.hu, volume.affine


def picture_values(path):
    pixels = read_radiograph(path).pixels
    assert pixels.dtype == np.float32
    assert pixels.ndim == 2
    assert 0 <= pixels.min() < pixels.max() <= 1
    return (pixels,)


# kind: (makes a good file, reads one, bytes of header, whether its checksums cover what it holds)
KINDS = {
    "nifti": (nifti, volume_values, 352, False),
    "nifti_gz": (packed_nifti, volume_values, 32, True),
    "nrrd": (nrrd, volume_values, 400, False),
    "mha": (meta_image, volume_values, 400, False),
    "dicom": (dicom_slice, volume_values, 1200, False),
    "zip": (zipped_series, volume_values, 400, True),
    "png": (png, picture_values, 64, True),
    "jpeg": (jpeg, picture_values, 640, False),
    "dicom_radiograph": (dicom_radiograph, picture_values, 1200, False),
}


@contextlib.contextmanager
def little_memory():
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def outcome(read, path):
    """What was read, or None after an error that is one line and names the file or its folder."""
    try:
        with little_memory():
            return read(path)
    except DataError as error:
        message = str(error)
    assert "\n" not in message
    assert str(path) in message or str(path.parent) in message
    return None


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_give_clean_errors_or_right_results(kind, tmp_path):
    make, read, header, checked = KINDS[kind]
    path = make(tmp_path)
    good, expected = path.read_bytes(), read(path)
    chance, errors = random.Random(kind), 0
    for number in range(CASES):
        path.write_bytes(damaged(good, chance, header))
        found = outcome(read, path)
        errors += found is None
        if checked and found is not None:
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_array_equal(one, other, err_msg=f"case {number}")
    assert errors >= CASES // 10  # the damage is real


@pytest.mark.parametrize("compression", ["GZIP", ""])
def test_damaged_shards_are_noticed(dataset, plain_dataset, compression, tmp_path):
    folder = dataset if compression else plain_dataset
    shard = min((folder / "train").glob("drr-*"))
    good, path = shard.read_bytes(), tmp_path / shard.name
    whole = [r["images"].numpy() for r in read_shard(shard, "drr", compression)]
    chance = random.Random(compression)
    for _ in range(CASES):
        path.write_bytes(damaged(good, chance, 64))

        def images(path):
            return [record["images"].numpy() for record in read_shard(path, "drr", compression)]

        found = outcome(images, path)
        if found is not None:  # the damage left every record alone, or cut whole ones off
            assert len(found) <= len(whole)
            for one, other in zip(found, whole, strict=False):
                np.testing.assert_array_equal(one, other)


def test_a_damaged_description_is_named(dataset, tmp_path):
    from ct2xkeras.data.dataset.verify import verify_dataset

    shutil.copytree(dataset, tmp_path / "copy")
    path = tmp_path / "copy" / "dataset_info.json"
    good, chance, noticed = path.read_bytes(), random.Random(0), 0
    for _ in range(CASES):
        path.write_bytes(damaged(good, chance, len(good)))
        noticed += outcome(verify_dataset, tmp_path / "copy") != []
    assert noticed >= CASES // 3  # much of it is settings, which anything may be
