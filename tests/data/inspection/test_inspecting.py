import json

import nibabel
import numpy as np
import pytest
from data_samples import chest_picture, save_nifti, save_picture, torso
from PIL import Image

from ct2xkeras.data import DataError
from ct2xkeras.data.inspection import build_report, compare_cases, inspect_item, list_items
from ct2xkeras.data.inspection.findings import SEVERITIES
from ct2xkeras.data.inspection.items import Item


@pytest.fixture
def folder(tmp_path):
    """Two CTs, one of them stored twice, and two radiographs, one of them in 8 and 16 bits."""
    image = nibabel.load(save_nifti(tmp_path / "a.nii.gz", torso(seed=1)))
    turned = image.as_reoriented(nibabel.io_orientation(image.affine)[[2, 0, 1]])
    turned = turned.as_reoriented([[0, -1], [1, 1], [2, -1]])
    nibabel.save(turned, tmp_path / "other_axes.nii")
    save_nifti(tmp_path / "b.nii.gz", torso(seed=2))
    pixels = np.rint(chest_picture((150, 160)) * 255)
    save_picture(tmp_path / "x.png", pixels / 255)
    Image.fromarray((pixels * 257).astype(np.uint16)).save(tmp_path / "x16.png")
    save_picture(tmp_path / "y.png", chest_picture((150, 160), seed=3))
    return tmp_path


def inspected(paths, **options):
    items = list_items([str(path) for path in paths], **options)
    cases = compare_cases([inspect_item(item)[0] for item in items])
    return {case.name: case for case in cases}


def codes(case):
    return [finding.code for finding in case.findings]


def test_a_copy_in_another_orientation_or_depth_is_a_duplicate(folder):
    cases = inspected([folder])
    assert codes(cases["other_axes"])[-1] == "duplicate"
    assert "same content as a." in cases["other_axes"].findings[-1].message
    assert codes(cases["x16"])[-1] == "duplicate"
    assert not {"duplicate", "shared-slices"} & {*codes(cases["b"]), *codes(cases["y"])}


def test_a_slab_of_a_scan_is_found(folder):
    affine = nibabel.load(folder / "a.nii.gz").affine.copy()
    affine[2, 3] += 50
    save_nifti(folder / "slab.nii.gz", torso(seed=1)[5:15], affine)
    slab = inspected([folder])["slab"]
    assert "10 of its 10 slices are in a as well" in slab.findings[-1].message


def test_facts_of_a_case(folder):
    ct = inspected([folder])["a"]
    assert (ct.kind, ct.shape, ct.spacing) == ("ct", (24, 40, 48), (10, 8, 8))
    assert (ct.orientation, ct.body_part) == ("RAS", "chest")
    assert ct.value_range[0] < -1000 < 300 < ct.value_range[1]


def test_kinds_are_told_by_endings(folder):
    kinds = {case.name: case.kind for case in inspected([folder]).values()}
    assert kinds == {"a": "ct", "b": "ct", "other_axes": "ct"} | dict.fromkeys(
        ("x", "x16", "y"), "xray"
    )
    assert set(inspected([folder / "a.nii.gz", folder / "y.png"])) == {"a", "y"}
    assert set(inspected([folder], kind="xray")) == {"x", "x16", "y"}
    assert set(inspected([], xrays=[str(folder / "y.png")])) == {"y"}


def test_unreadable_files_are_findings(folder):
    (folder / "text.png").write_text("hello")
    (folder / "broken.nii.gz").write_bytes((folder / "a.nii.gz").read_bytes()[:500])
    hu = torso().astype(np.float32)
    hu[0, 0, 0] = np.nan
    save_nifti(folder / "nan.nii.gz", hu, dtype=np.float32)
    cases = inspected([folder])
    for name, word in (("text", "decode"), ("broken", "whole"), ("nan", "NaN")):
        (finding,) = cases[name].findings
        assert (finding.severity, finding.code) == ("error", "unreadable")
        assert word in finding.message
        assert finding.message.startswith("expected")


def test_a_path_with_nothing_in_it_is_refused(tmp_path):
    with pytest.raises(DataError, match="nothing_here"):
        list_items([str(tmp_path / "nothing_here")])


def test_splits_patients_and_polarity_come_from_the_plan(folder, make_spec):
    spec = make_spec(
        cts=(str(folder / "*.nii*"),),
        xrays=(str(folder / "*.png"),),
        val=("other_axes", "y"),
        xrays_inverted=True,
    )
    planned = list_items([], spec=spec)
    assert {item.name: item.split for item in planned} == {
        "a": "train",
        "b": "train",
        "other_axes": "val",
        "x": "train",
        "x16": "train",
        "y": "val",
    }
    assert all(item.inverted == (item.kind == "xray") for item in planned)
    cases = compare_cases([inspect_item(item)[0] for item in planned])
    errors = [(c.name, f.code) for c in cases for f in c.findings if f.severity == "error"]
    assert errors == [("other_axes", "duplicate-across-splits")]
    (alone,) = list_items([str(folder / "y.png")], spec=spec)
    assert (alone.split, alone.inverted) == ("val", True)


def test_patients_by_pattern(folder):
    items = list_items([str(folder)], patient_pattern="^[a-z]")
    assert {item.name: item.patient for item in items}["x16"] == "x"


def test_the_report_is_json_of_a_stated_form(folder):
    (folder / "text.png").write_text("hello")
    cases = compare_cases([inspect_item(item)[0] for item in list_items([str(folder)])])
    report = json.loads(json.dumps(build_report(cases)))
    assert report["version"] == 1
    assert len(report["cases"]) == len(cases)
    assert report["problems"] == 1
    for entry in report["cases"]:
        assert set(entry) == {
            "name",
            "source",
            "kind",
            "patient",
            "split",
            "shape",
            "spacing_mm",
            "orientation",
            "value_range",
            "body_part",
            "findings",
        }
        for finding in entry["findings"]:
            assert set(finding) == {"severity", "code", "message"}
            assert finding["severity"] in SEVERITIES


def test_notes_of_readers_become_notes(folder, monkeypatch):
    from ct2xkeras.data.inspection import inspecting

    read = inspecting.read_volume

    def noting(source):
        volume = read(source)
        object.__setattr__(volume, "notes", ("12 % became air",))
        return volume

    monkeypatch.setattr(inspecting, "read_volume", noting)
    item = Item("a", str(folder / "a.nii.gz"), "ct", "a")
    finding = inspect_item(item)[0].findings[0]
    assert (finding.severity, finding.message) == ("note", "12 % became air")


def test_a_name_that_is_not_utf_8_is_an_error_that_can_be_printed(tmp_path):
    save_picture(tmp_path / "caf\udce9.png", chest_picture((150, 160)))
    (case,) = inspected([tmp_path]).values()
    assert case.name == "caf\\udce9"
    assert codes(case) == ["unreadable"]
    message = "expected a file name in UTF-8, found one in another encoding. Rename it."
    assert case.findings[0].message == message
    str(build_report([case])).encode()
