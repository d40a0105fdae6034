import uuid
from pathlib import Path

import pytest
from data_samples import chest_picture, save_nifti, save_picture, torso
from series_samples import enhanced_dataset, pack, save, scan, slice_dataset, write_series

from ct2xkeras.data import locations
from ct2xkeras.data.ct.volumes import read_volume
from ct2xkeras.data.dataset.finding import find_cts, find_xrays, folder_names, unique_names
from ct2xkeras.data.dataset.sources import plan_dataset, source_patient
from ct2xkeras.data.errors import DataError


def touched(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_paths_patterns_and_folders_find_each_volume_once(tmp_path):
    touched(tmp_path, "a.nii.gz", "deep/b.nii", "deep/note.txt", "c.mhd", "c.raw", "d.NRRD")
    patterns = [tmp_path, tmp_path / "*.nii.gz", tmp_path / "**" / "b.nii", tmp_path / "deep*"]
    found = find_cts(patterns)
    assert [Path(path).name for path in found] == ["a.nii.gz", "c.mhd", "d.NRRD", "b.nii"]
    with pytest.raises(DataError, match=r"\*\.mha: expected a CT: \.nii, .*, found none"):
        find_cts([tmp_path / "*.mha"])


@pytest.fixture
def clinic(tmp_path):
    """Nested folders as an archive exports them: series alone, side by side, and mixed up."""
    folder = tmp_path / "clinic"
    write_series(folder / "one" / "S1", scan(series="1.1"))
    write_series(folder / "two" / "a", scan(series="1.2"))
    write_series(folder / "two" / "b", scan(series="1.3"))
    for index in range(6):  # two series, each spread over both folders
        for series in ("1.4", "1.5"):
            dataset = slice_dataset(scan(series=series), index)
            save(dataset, folder / "mixed" / f"part{index % 2}" / f"{series}-{index}")
    save(enhanced_dataset(scan(series="1.6")), folder / "enhanced" / "all")
    save(slice_dataset(scan(series="1.7"), 0), folder / "single" / "image.dcm")
    touched(folder, "README", "one/S1/notes.txt")
    return folder


def test_a_folder_gives_each_series_by_the_deepest_folder_that_holds_it(clinic):
    found = [source.removeprefix(f"{clinic}/") for source in find_cts([clinic])]
    assert found == ["enhanced", "mixed::1.4", "mixed::1.5", "one/S1", "two/a", "two/b"]
    assert all(read_volume(source).hu.shape[0] >= 6 for source in find_cts([clinic]))


def test_files_of_a_series_stand_for_the_whole_series(clinic):
    assert find_cts([clinic / "two" / "a" / "*"]) == [f"{clinic}/two/a"]
    assert find_cts([clinic / "mixed" / "part0" / "1.4-*"]) == [f"{clinic}/mixed/part0::1.4"]
    assert find_cts([clinic / "t*"]) == [f"{clinic}/two/a", f"{clinic}/two/b"]
    assert find_cts([f"{clinic}/mixed::1.5"]) == [f"{clinic}/mixed::1.5"]


def test_an_archive_gives_its_series(tmp_path, clinic):
    one = pack(clinic / "one" / "S1", tmp_path / "zips" / "one.zip")
    two = pack(clinic / "mixed" / "part0", tmp_path / "zips" / "two.zip")
    (tmp_path / "zips" / "broken.zip").write_text("not an archive")
    assert find_cts([tmp_path / "zips"]) == [
        f"{tmp_path}/zips/broken.zip",
        str(one),
        f"{two}::1.4",
        f"{two}::1.5",
    ]


def test_a_damaged_file_is_found_where_no_series_would_name_it(clinic):
    broken = save(slice_dataset(scan(), 0), clinic / "broken" / "a")
    broken.write_bytes(broken.read_bytes()[:300])
    assert str(broken) in find_cts([clinic])
    with pytest.raises(DataError, match="whole volume file"):
        read_volume(broken)


def test_a_file_by_its_own_name_is_a_source_so_that_reading_says_what_is_wrong(tmp_path):
    touched(tmp_path, "scan.png", "ct.txt")
    assert find_cts([tmp_path / "scan.png"]) == [str(tmp_path / "scan.png")]
    assert find_xrays([tmp_path / "ct.txt"]) == [str(tmp_path / "ct.txt")]
    with pytest.raises(DataError, match="found none"):
        find_cts([tmp_path / "scan.*"])


def test_radiographs_are_known_by_their_endings(tmp_path):
    touched(tmp_path, "a.png", "b.JPG", "c.jpeg", "d.dcm", "e.dicom", "f", "g.txt", "h.nii.gz")
    assert [Path(p).name[0] for p in find_xrays([tmp_path])] == list("abcde")
    assert [Path(p).name[0] for p in find_xrays([tmp_path / "*"])] == list("abcde")
    assert find_xrays([tmp_path / "f"]) == [str(tmp_path / "f")]


def test_addresses_are_searched_too(clinic):
    root = f"ram://{uuid.uuid4().hex}"
    for file in locations.files_below(clinic / "two"):
        address = f"{root}/{Path(file).parent.name}/{Path(file).name}"
        locations.make_folder(address.rpartition("/")[0])
        locations.write_bytes(address, Path(file).read_bytes())
    locations.write_bytes(f"{root}/x.nii.gz", b"")
    locations.write_bytes(f"{root}/x.png", b"")
    assert find_cts([root]) == [f"{root}/a", f"{root}/b", f"{root}/x.nii.gz"]
    assert find_xrays([f"{root}/*"]) == [f"{root}/x.png"]


def test_equal_names_are_told_apart_by_their_folders():
    paths = ["/a/one/ct.nii.gz", "/b/one/ct.nii.gz", "/a/two/ct.nii.gz", "/a/other.1.nii"]
    assert unique_names(paths) == ["a_one_ct", "b_one_ct", "two_ct", "other.1"]


def test_endings_tell_files_apart_where_folders_cannot():
    assert unique_names(["/x/a.png", "/x/a.jpg", "/x/b.png"]) == ["a_png", "a_jpg", "b"]
    assert unique_names(["/x/a.nii", "/x/a.nii.gz", "/y/a.nii"]) == ["a_nii", "a_nii_gz", "y_a"]
    paths = ["/x/a.png", "/x/a.jpg", "/y/a.png", "/y/a.jpg"]
    assert unique_names(paths) == ["x_a_png", "x_a_jpg", "y_a_png", "y_a_jpg"]
    assert folder_names(["/x/a.png", "/x/a.jpg"])[0] == folder_names(["/x/a.png", "/x/a.jpg"])[1]


def named(function, sources):
    return dict(zip(sources, function(sources), strict=True))


def test_names_are_unique_stable_and_change_only_where_they_must():
    paths = ["/x/a_b/s.png", "/x/a/b_s.png", "/x/c/s.png", "/x/c/b_s.png"]
    for sources in (paths, ["/x/a.png", "/x/a.jpg", "/x/a_png.jpg", "/x/a_jpg.png"]):
        before, names = named(folder_names, sources), named(unique_names, sources)
        assert len(set(names.values())) == 4
        shared = [name for name in before.values() if list(before.values()).count(name) > 1]
        assert len(shared) == 2
        assert all(names[s] == before[s] for s in sources if before[s] not in shared)
        assert named(unique_names, sources[::-1]) == names


def test_files_that_share_a_name_but_for_the_ending_are_of_one_patient(
    make_spec, sources, tmp_path
):
    for path in (tmp_path / "a.png", tmp_path / "a.jpg"):
        save_picture(path, chest_picture())
    spec = make_spec(xrays=(str(tmp_path), str(sources / "x*.png")))
    found = [source for part in plan_dataset(spec).xrays.values() for source in part]
    patients = {source.name: source.patient for source in found}
    assert len(patients) == 8
    assert patients["a_png"] == patients["a_jpg"]


def test_a_name_that_is_not_utf_8_is_refused_by_an_error_that_can_be_printed(make_spec, tmp_path):
    save_picture(tmp_path / "caf\udce9.png", chest_picture())
    message = r"caf\\udce9.png: expected a file name in UTF-8, .*Rename it"
    with pytest.raises(DataError, match=message) as error:
        plan_dataset(make_spec(xrays=(str(tmp_path),)))
    str(error.value).encode()


def test_series_are_named_by_their_folder_and_as_much_of_the_uid_as_needed():
    assert unique_names(["/a/x::1.2.77", "/a/x::1.2.78"]) == ["x_77", "x_78"]
    assert unique_names(["/a/x::1.2.7", "/a/x::1.3.7"]) == ["x_1.2.7", "x_1.3.7"]
    assert unique_names(["/a/x.zip::1.2.7", "/b/x::1.2.7", "/a/c.dcm"]) == ["a_x_7", "b_x_7", "c"]


def test_series_of_one_patient_stay_on_one_side(clinic, make_spec):
    for index in range(3):
        write_series(clinic / f"other{index}", scan(series=f"2.{index}"), PatientID=f"p{index}")
    plan = plan_dataset(make_spec(cts=(str(clinic),), val_fraction=0.5))
    everyone = {source.name: source.patient for part in plan.cts.values() for source in part}
    assert everyone["S1"] == everyone["mixed_5"] == everyone["b"] == "patient 7"
    assert everyone["other2"] == "p2"
    sides = [{source.patient for source in part} for part in plan.cts.values()]
    assert not sides[0] & sides[1]


def test_the_patient_is_what_the_pattern_says_else_the_file_else_the_name(tmp_path, clinic):
    series = f"{clinic}/one/S1"
    assert source_patient(series, "S1") == "patient 7"
    assert source_patient(series, "S1", r"S(\d)") == "1"
    assert source_patient(clinic / "single" / "image.dcm", "image") == "patient 7"
    assert source_patient(save_nifti(tmp_path / "ct.nii", torso()), "ct") == "ct"
    assert source_patient(tmp_path / "missing", "missing") == "missing"
