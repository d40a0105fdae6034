import gzip
import struct

import nibabel
import numpy as np
import pytest
from data_samples import save_nifti, torso, torso_affine

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.volumes import read_volume


def world_of(volume, index_zyx):
    return volume.affine @ [*index_zyx[::-1], 1]


@pytest.mark.parametrize("axes", ["RAS", "LPS", "LAS", "SPL", "AIR", "PSR"])
def test_any_storage_orientation_reads_back_the_same(tmp_path, axes):
    hu, affine = torso(), torso_affine()
    image = nibabel.Nifti1Image(hu.transpose(2, 1, 0), affine)
    start = nibabel.io_orientation(affine)
    turn = nibabel.orientations.ornt_transform(start, nibabel.orientations.axcodes2ornt(axes))
    nibabel.save(image.as_reoriented(turn), tmp_path / "ct.nii.gz")
    volume = read_volume(tmp_path / "ct.nii.gz")
    np.testing.assert_array_equal(volume.hu, hu)
    np.testing.assert_allclose(volume.affine, affine, atol=1e-5)
    assert volume.name == "ct"


def test_indices_grow_to_head_front_and_right_in_mm(tmp_path):
    volume = read_volume(save_nifti(tmp_path / "ct.nii", torso()))
    assert volume.spacing == (10.0, 8.0, 8.0)
    assert volume.extent == (240.0, 320.0, 384.0)
    step = world_of(volume, (1, 0, 0)) - world_of(volume, (0, 0, 0))
    np.testing.assert_allclose(step, [0, 0, 10, 0])


def test_an_oblique_affine_keeps_every_voxel_where_it_was(tmp_path):
    angle = np.radians(20)
    affine = torso_affine()
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    affine[1:3, 1:3] = turn @ affine[1:3, 1:3]
    affine[:, 0] *= -1  # stored from right to left
    hu = torso()
    volume = read_volume(save_nifti(tmp_path / "ct.nii", hu, affine))
    np.testing.assert_array_equal(volume.hu[..., ::-1], hu)
    np.testing.assert_allclose(world_of(volume, (3, 5, 47)), affine @ [0, 5, 3, 1], atol=1e-4)


def test_scaled_storage_and_padding_become_hu(tmp_path):
    hu = torso().astype(np.float64)
    hu[0, 0, 0] = -3024
    image = nibabel.Nifti1Image(hu.transpose(2, 1, 0), torso_affine())
    image.set_data_dtype(np.int16)
    image.header.set_slope_inter(1, -1024)
    image = nibabel.Nifti1Image(image.get_fdata(), image.affine, image.header)
    nibabel.save(image, tmp_path / "ct.nii.gz")
    volume = read_volume(tmp_path / "ct.nii.gz")
    assert volume.hu.dtype == np.int16
    assert volume.hu[0, 0, 0] == -1024
    assert abs(volume.hu[1:] - hu[1:]).max() <= 1


def missing(path):
    return path


def text(path):
    path.write_text("not a volume")


def truncated(path):
    save_nifti(path, torso())
    path.write_bytes(path.read_bytes()[:-2000])


def header_only(path):
    save_nifti(path, torso())
    raw = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(raw[:400]))


def flipped_bits(path):
    save_nifti(path, torso())
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 255
    path.write_bytes(bytes(raw))


def terabytes(path):
    save_nifti(path, torso())
    raw = bytearray(gzip.decompress(path.read_bytes()))
    raw[42:48] = struct.pack("<3h", 32000, 32000, 32000)
    path.write_bytes(gzip.compress(bytes(raw)))


def time_series(path):
    image = nibabel.Nifti1Image(np.zeros((4, 4, 4, 3), np.int16), np.eye(4))
    nibabel.save(image, path)


def zero_spacing(path):
    save_nifti(path, torso())
    raw = bytearray(gzip.decompress(path.read_bytes()))
    raw[320:324] = struct.pack("<f", 0)  # srow_z[2]
    path.write_bytes(gzip.compress(bytes(raw)))


def not_finite_spacing(path):
    save_nifti(path, torso())
    raw = bytearray(gzip.decompress(path.read_bytes()))
    raw[280:284] = struct.pack("<f", float("nan"))  # srow_x[0]
    path.write_bytes(gzip.compress(bytes(raw)))


def labels(path):
    save_nifti(path, torso() > 0, dtype=np.uint8)


def unsigned(path):
    save_nifti(path, np.clip(torso().astype(int) + 1024, 0, 4095))


def only_air(path):
    save_nifti(path, np.full((8, 8, 8), -1000))


def nan_voxels(path):
    hu = torso().astype(np.float32)
    hu[2, 2, 2] = np.nan
    save_nifti(path, hu, dtype=np.float32)


BAD = {
    missing: "no such file",
    text: "whole volume file",
    truncated: "whole volume file",
    header_only: "whole volume file",
    flipped_bits: "whole volume file",
    terabytes: "claims 32000x32000x32000",
    time_series: "shape 4x4x4x3",
    zero_spacing: "spacing 8 x 8 x 0 mm",
    not_finite_spacing: "spacing nan",
    labels: "a segmentation",
    unsigned: "scl_inter",
    only_air: "values from -1000 to -1000",
    nan_voxels: "NaN",
}


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_a_bad_file_ends_in_one_line_that_names_it(tmp_path, make):
    path = tmp_path / "bad.nii.gz"
    make(path)
    with pytest.raises(DataError) as caught:
        read_volume(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: expected ")
    assert "\n" not in message
    assert BAD[make].lower() in message.lower()


def test_a_picture_is_no_ct(tmp_path):
    path = tmp_path / "ct.1.png"
    path.touch()
    with pytest.raises(DataError, match=r"ending in '\.png'"):
        read_volume(path)
