import nibabel
import numpy as np
import pytest
from data_samples import chest_picture
from radiograph_samples import save_dicom, twelve_bits
from series_samples import scan, write_series

from ct2xkeras.data import read_volume
from ct2xkeras.data.inspection import compare_cases, inspect_item, list_items
from ct2xkeras.data.inspection.kinds import kind_of


@pytest.fixture
def folder(tmp_path):
    """A series and a radiograph side by side, and the series as NIfTI."""
    write_series(tmp_path / "study", scan())
    stored = twelve_bits(chest_picture((150, 160)))
    whose = {"PatientID": "patient 8", "SeriesInstanceUID": "1.2.826.0.1.2"}
    save_dicom(tmp_path / "study" / "front.dcm", stored, **whose)
    volume = read_volume(str(tmp_path / "study"))
    image = nibabel.Nifti1Image(volume.hu.transpose(2, 1, 0), volume.affine)
    nibabel.save(image, tmp_path / "converted.nii.gz")
    return tmp_path


def test_series_and_radiographs_of_one_folder_are_told_apart(folder):
    items = {item.name: item for item in list_items([str(folder)])}
    assert {name: item.kind for name, item in items.items()} == {
        "study": "ct",
        "converted": "ct",
        "front": "xray",
    }
    assert items["study"].patient == "patient 7"
    assert items["front"].patient == "patient 8"
    slice_ = next(p for p in (folder / "study").iterdir() if p.name != "front.dcm")
    assert kind_of(str(slice_)) == "ct"
    assert kind_of(str(folder / "study" / "front.dcm")) == "xray"


def test_a_conversion_is_a_duplicate_of_its_series(folder):
    items = list_items([str(folder)], kind="ct")
    cases = compare_cases([inspect_item(item)[0] for item in items])
    (copy,) = [f for case in cases for f in case.findings if f.code == "duplicate"]
    assert copy.severity == "warning"


def test_facts_of_a_dicom_radiograph(folder):
    (item,) = list_items([str(folder / "study" / "front.dcm")])
    save_dicom(folder / "spaced.dcm", twelve_bits(chest_picture()), ImagerPixelSpacing=[0.2, 0.3])
    assert inspect_item(item)[0].shape == (150, 160)
    (item,) = list_items([str(folder / "spaced.dcm")])
    assert np.allclose(inspect_item(item)[0].spacing, (0.2, 0.3))
