import json

import nibabel as nib
import numpy as np
import pydicom
import pytest
from PIL import Image

from ct2xkeras.cli.drr_scene import parse_physics, parse_size
from ct2xkeras.cli.main import main


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A water cylinder with a bony rod on the patient's left, and the rod's label, oblique."""
    folder = tmp_path_factory.mktemp("ct")
    _, y, x = np.meshgrid(*(np.arange(n) for n in (40, 48, 48)), indexing="ij")
    hu = np.where((y - 24) ** 2 + (x - 24) ** 2 < 400, 40, -1000)
    rod = (y - 24) ** 2 + (x - 14) ** 2 < 9
    hu[rod] = 1500
    affine = np.diag([6.0, 6.0, 6.0, 1.0])
    for name, values in (("ct", hu.astype("int16")), ("seg", 7 * rod.astype("uint8"))):
        nib.save(nib.Nifti1Image(values.transpose(2, 1, 0), affine), folder / f"{name}.nii.gz")
    shifted = affine.copy()
    shifted[0, 3] = 3
    other = nib.Nifti1Image(rod.astype("uint8").transpose(2, 1, 0), shifted)
    nib.save(other, folder / "shifted.nii.gz")
    return folder


def drr(files, out, *arguments, status=0):
    with pytest.raises(SystemExit) as stop:
        main(["drr", str(files / "ct.nii.gz"), "--out", str(out), *map(str, arguments)])
    assert (stop.value.code or 0) == status


def test_labels_lie_where_the_picture_shows_them(files, tmp_path):
    drr(files, tmp_path, "--view=pa", "--size=48", "--labels", files / "seg.nii.gz")
    picture = np.asarray(Image.open(tmp_path / "ct_pa_drr.png")).astype(float)
    labels = np.asarray(Image.open(tmp_path / "ct_pa_labels.png"))
    assert set(np.unique(labels)) == {0, 7}
    rod = labels == 7
    assert picture[24][rod[24]].mean() > picture[24][~rod[24]].max()
    entry = json.loads((tmp_path / "ct_pa_labels.json").read_text())["labels"][0]
    assert entry["label"] == 7
    assert entry["pixels"] == rod.sum()
    assert 20 < entry["longest_path_mm"] < 45
    assert entry["center"][1] > 24


@pytest.mark.parametrize("mirror", [(), ("--mirror",)])
def test_landmarks_lie_on_what_they_mark(mirror, files, tmp_path):
    points = tmp_path / "points.json"
    points.write_text(json.dumps({"rod": [14 * 6.0, 24 * 6.0, 20 * 6.0]}))
    arguments = ("--landmarks", points, "--labels", files / "seg.nii.gz", *mirror)
    drr(files, tmp_path, "--view=pa", "--size=48", *arguments)
    (landmark,) = json.loads((tmp_path / "ct_pa_drr.json").read_text())["landmarks"]
    (label,) = json.loads((tmp_path / "ct_pa_labels.json").read_text())["labels"]
    assert landmark["in_picture"]
    assert landmark["column"] == pytest.approx(label["center"][1], abs=0.5)


def test_wrong_landmarks_are_refused_by_name(files, tmp_path, capsys):
    points = tmp_path / "points.json"
    for content, named in (('{"a": [1, 2]}', "a: expected three numbers"), ("[1", "points.json")):
        points.write_text(content)
        drr(files, tmp_path, "--view=pa", "--landmarks", points, status=2)
        assert named in capsys.readouterr().err


def test_labels_on_another_grid_are_refused(files, tmp_path, capsys):
    arguments = ("--view=pa", "--size=16", "--labels", files / "shifted.nii.gz")
    drr(files, tmp_path / "out", *arguments, status=2)
    assert "shifted.nii.gz" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_npy_holds_line_integrals_in_physical_units(files, tmp_path):
    arguments = ("--view=pa", "--size=32x48", "--pixel-spacing=3", "--format=npy")
    drr(files, tmp_path, *arguments)
    values = np.load(tmp_path / "ct_pa_drr.npy")
    assert values.shape == (32, 48)
    # 40 voxels of 6 mm of water at about 0.02 per mm.
    assert values[16, 24] == pytest.approx(240 * 0.0206 * 1.04, rel=0.05)
    record = json.loads((tmp_path / "ct_pa_drr.json").read_text())
    assert record["pose"]["row_spacing"] == pytest.approx(3, rel=1e-5)


def test_dicom_carries_the_geometry(files, tmp_path):
    arguments = ("--view=30/-20", "--size=32", "--sdd=1200", "--sod=800", "--format=dicom")
    drr(files, tmp_path, *arguments)
    dataset = pydicom.dcmread(tmp_path / "ct_lao30_cau20_drr.dcm")
    assert dataset.DistanceSourceToDetector == 1200
    assert dataset.DistanceSourceToPatient == 800
    assert (dataset.PositionerPrimaryAngle, dataset.PositionerSecondaryAngle) == (30, -20)
    assert dataset.PhotometricInterpretation == "MONOCHROME2"
    drr(files, tmp_path, *arguments[:-1])
    picture = np.asarray(Image.open(tmp_path / "ct_lao30_cau20_drr.png"))
    np.testing.assert_array_equal(dataset.pixel_array, picture)


@pytest.mark.parametrize("mirror", [(), ("--mirror",)])
def test_dicom_says_whether_it_is_mirrored(mirror, files, tmp_path):
    drr(files, tmp_path, "--view=pa", "--size=32", "--format=dicom", *mirror)
    dataset = pydicom.dcmread(tmp_path / "ct_pa_drr.dcm")
    picture = dataset.pixel_array.astype(float)
    rod_at_right = picture[:, 16:].sum() > picture[:, :16].sum()  # it is on the patient's left
    assert rod_at_right == (not mirror)
    assert dataset.FieldOfViewHorizontalFlip == ("YES" if mirror else "NO")
    assert dataset.PatientOrientation == (["R", "F"] if mirror else ["L", "F"])
    assert dataset.DerivationDescription.endswith("Mirrored.") == bool(mirror)


def test_physics_is_repeatable_and_noisier_at_a_low_dose(files, tmp_path):
    pictures = []
    for name, photons in (("a", 1e6), ("b", 1e6), ("c", 1e2)):
        physics = f"kvp=80,dose={photons}"
        drr(files, tmp_path / name, "--view=pa", "--size=48", "--physics", physics)
        path = tmp_path / name / "ct_pa_radiograph.png"
        pictures.append(np.asarray(Image.open(path)).astype(float))
    np.testing.assert_array_equal(pictures[0], pictures[1])
    roughness = [np.abs(np.diff(p[20:28, 20:28], axis=0)).mean() for p in pictures]
    assert roughness[2] > 2 * roughness[0]


@pytest.mark.parametrize("text", ["0", "3x", "axb", "4x4x4", "99999"])
def test_a_wrong_size_is_refused(text):
    with pytest.raises(ValueError, match=f"--size {text}: expected"):
        parse_size(text)


def test_wrong_physics_is_refused_by_name():
    assert parse_physics("default").kvp == 90
    with pytest.raises(ValueError, match="unknown; there are kvp"):
        parse_physics("kv=80")
    with pytest.raises(ValueError, match="expected a number, found 'high'"):
        parse_physics("kvp=high")
    with pytest.raises(ValueError, match="kvp"):
        parse_physics("kvp=5")
