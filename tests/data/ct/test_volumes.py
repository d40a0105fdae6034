import gzip
import os
import struct
import tracemalloc
import uuid

import nibabel
import numpy as np
import pytest
from data_samples import save_nifti, torso, torso_affine

from ct2xkeras.data import locations
from ct2xkeras.data.ct.volumes import read_volume
from ct2xkeras.data.errors import DataError


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


def negated(path):
    save_nifti(path, -torso())


def offset_with_padding(path):
    hu = torso() + 1024
    hu[:, 0] = -2000
    save_nifti(path, hu)


def offset_with_a_stray_voxel(path):
    hu = np.tile(torso() + 1024, (5, 1, 1))
    hu[2, 2, 2] = -700
    save_nifti(path, hu)


def only_padding(path):
    save_nifti(path, np.full((8, 8, 8), -3024))


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
    negated: "multiply the values by -1",
    offset_with_padding: "scl_inter",
    offset_with_a_stray_voxel: "scl_inter",
    only_padding: "nothing but padding",
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


def test_a_header_that_hides_voxels_is_refused(tmp_path):
    for name in ("ct.nii", "ct.nii.gz"):
        save_nifti(tmp_path / name, torso())
        raw = (gzip.open if name.endswith("gz") else open)(tmp_path / name, "rb").read()
        raw = raw[:46] + struct.pack("<h", 23) + raw[48:]  # dim[3]
        (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith("gz") else raw)
        with pytest.raises(DataError, match="more voxels than its header claims"):
            read_volume(tmp_path / name)


def test_two_opinions_on_the_geometry_are_noted(tmp_path):
    image = nibabel.Nifti1Image(torso().transpose(2, 1, 0), torso_affine())
    moved = torso_affine(origin=(-190.0, -150.0, 30.0))
    image.set_qform(moved, code=1)
    nibabel.save(image, tmp_path / "ct.nii")
    volume = read_volume(tmp_path / "ct.nii")
    assert volume.notes == ("qform and sform differ by 10 mm: the sform was taken",)
    np.testing.assert_allclose(volume.affine, torso_affine())


def test_a_missing_orientation_and_a_second_opinion_on_spacing_are_noted(tmp_path):
    image = nibabel.Nifti1Image(torso().transpose(2, 1, 0), torso_affine())
    image.header["pixdim"][3] = 5
    image.header["qform_code"] = 0
    nibabel.save(image, tmp_path / "two.nii")
    image.header["sform_code"] = 0
    nibabel.save(nibabel.Nifti1Image(image.dataobj, None, image.header), tmp_path / "none.nii")
    assert "the affine 8 x 8 x 10 mm" in read_volume(tmp_path / "two.nii").notes[0]
    assert "no orientation" in read_volume(tmp_path / "none.nii").notes[0]


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32, np.float64])
def test_values_outside_the_scale_are_cut_off_and_counted(tmp_path, dtype):
    hu = torso().astype(dtype)
    hu[0, :4, :4] = -3024
    hu[1, 0, :4] = -1500
    hu[2, 0, :2] = 9000
    volume = read_volume(save_nifti(tmp_path / "ct.nii.gz", hu, dtype=dtype))
    assert volume.notes == (
        "0.0347 % of voxels at -3024 (padding) became air",
        "0.00868 % of voxels below -1024 HU (down to -1500) became -1024",
        "0.00434 % of voxels above 3071 HU (up to 9000) became 3071",
    )
    np.testing.assert_array_equal(volume.hu, np.clip(hu, -1024, 3071))


def test_an_address_reads_as_a_local_file(tmp_path):
    local = save_nifti(tmp_path / "ct.nii.gz", torso())
    address = f"ram://{uuid.uuid4().hex}/ct.nii.gz"
    locations.make_folder(address.rpartition("/")[0])
    locations.write_bytes(address, local.read_bytes())
    one, other = read_volume(local), read_volume(address)
    np.testing.assert_array_equal(one.hu, other.hu)
    np.testing.assert_array_equal(one.affine, other.affine)
    assert one.name == other.name
    locations.write_bytes(address, local.read_bytes()[:-50])
    with pytest.raises(DataError, match=f"^{address}: expected a whole volume file"):
        read_volume(address)
    with pytest.raises(DataError, match=f"^{address}x: expected a CT, found no such file"):
        read_volume(address + "x")


def test_a_file_without_rights_ends_in_one_line(tmp_path):
    path = save_nifti(tmp_path / "ct.nii", torso())
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(DataError, match="PermissionError"):
        read_volume(path)


def test_a_volume_in_memory_three_times_at_most(tmp_path):
    shape = (64, 128, 128)
    path = save_nifti(tmp_path / "ct.nii", np.resize(torso((8, 128, 128)), shape))
    read_volume(path)  # whatever is loaded on first use
    tracemalloc.start()
    read_volume(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3.2 * 2 * np.prod(shape)


def test_a_picture_is_no_ct(tmp_path):
    path = tmp_path / "ct.1.png"
    path.touch()
    with pytest.raises(DataError, match=r"ending in '\.png'"):
        read_volume(path)
