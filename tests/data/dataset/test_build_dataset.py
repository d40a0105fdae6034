import json
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import numpy as np
import pytest
from data_samples import save_nifti, torso

from ct2xkeras.data import locations
from ct2xkeras.data.dataset import staging
from ct2xkeras.data.dataset.build import build_dataset
from ct2xkeras.data.dataset.info import count_of, read_info, shards_of
from ct2xkeras.data.dataset.records import image_from_uint16
from ct2xkeras.data.dataset.shards import read_shard
from ct2xkeras.data.dataset.verify import verify_dataset
from ct2xkeras.data.errors import DataError


def files_of(folder) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()
    }


def test_every_case_is_in_exactly_one_split_and_the_shards_follow_each_other(dataset):
    info = read_info(dataset)
    names = {"ct": [], "drr": [], "xray": []}
    for split in ("train", "val"):
        for kind, found in names.items():
            for shard in shards_of(info, split, kind):
                assert shard["count"] <= (2 if kind != "xray" else 512)
                for record in read_shard(dataset / shard["name"], kind, "GZIP"):
                    found.append(record["name"].numpy().decode())
    assert names["ct"] == names["drr"]
    assert sorted(names["ct"]) == ["ct0", "ct1", "ct2", "ct3"]
    assert sorted(names["xray"]) == [f"xray{index}" for index in range(6)]
    assert count_of(info, "val", "ct") >= 1
    assert count_of(info, "val", "xray") >= 1
    assert not set(info["patients"]["train"]) & set(info["patients"]["val"])


def first_record(folder, split, kind) -> dict:
    shard = shards_of(read_info(folder), split, kind)[0]
    record = next(read_shard(locations.join(folder, shard["name"]), kind, "GZIP"))
    return {name: value.numpy() for name, value in record.items()}


def test_drrs_show_the_grid_that_the_model_sees_with_nothing_cut_off(dataset):
    from ct2xkeras.projection import DRR

    ct, drr = (first_record(dataset, "train", kind) for kind in ("ct", "drr"))
    drawn = DRR((16, 16))(ct["hu"][None, ..., None], ct["spacing"][None], drr["poses"][:1])
    stored = image_from_uint16(drr["images"][0])
    np.testing.assert_allclose(np.asarray(drawn["image"])[0, ..., 0], stored, atol=1e-4)
    assert drr["coverage"].min() >= 254


def test_a_finished_data_set_is_reused_and_another_one_is_not_touched(make_spec, dataset):
    before = files_of(dataset)
    calls = []
    build_dataset(make_spec(), dataset, lambda *step: calls.append(step))
    assert not calls
    with pytest.raises(DataError, match="poses_per_ct 3 instead of 4"):
        build_dataset(make_spec(poses_per_ct=4), dataset)
    assert files_of(dataset) == before


def test_the_same_settings_give_the_same_bytes(make_spec, dataset, tmp_path):
    build_dataset(make_spec(), tmp_path / "again")
    assert files_of(tmp_path / "again") == files_of(dataset)


KILLED_BUILD = """
import json, os, sys
from ct2xkeras.data import DatasetSpec, build_dataset
def kill(done, total, name):
    if done == int(sys.argv[3]):
        os.kill(os.getpid(), 9)
build_dataset(DatasetSpec(**json.load(open(sys.argv[1]))), sys.argv[2], kill)
"""


def test_a_killed_build_goes_on_from_its_finished_shards(make_spec, dataset, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(make_spec().settings()))
    out = tmp_path / "out"
    command = [sys.executable, "-c", KILLED_BUILD, settings, out, "3"]
    done = subprocess.run(command, capture_output=True)
    assert done.returncode == -9, done.stderr.decode()[-2000:]
    with pytest.raises(DataError, match="a finished data set"):
        read_info(out)
    finished = {p: p.stat().st_mtime_ns for p in (out / ".partial").rglob("*.tfrecord")}
    assert finished
    calls = []
    build_dataset(make_spec(), out, lambda *step: calls.append(step))
    assert calls[0][0] > 1  # cases of finished shards are not made again
    assert calls[-1][:2] == (10, 10)
    assert files_of(out) == files_of(dataset)
    moved = [out / p.relative_to(out / ".partial") for p in finished]
    assert [p.stat().st_mtime_ns for p in moved] == list(finished.values())


def test_a_build_that_ended_while_it_replaced_the_old_set_is_ended_by_the_next(
    make_spec, dataset, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    build_dataset(make_spec(poses_per_ct=4), out)
    monkeypatch.setattr(staging, "write_info", lambda *_: sys.exit("power cut"))
    with pytest.raises(SystemExit):
        build_dataset(make_spec(), out, overwrite=True)
    monkeypatch.undo()
    calls = []
    build_dataset(make_spec(), out, lambda *step: calls.append(step))
    assert not calls
    assert files_of(out) == files_of(dataset)


def test_a_changed_source_is_made_again(make_spec, sources, tmp_path):
    copies = tmp_path / "copies"
    shutil.copytree(sources, copies)
    spec = make_spec(cts=(str(copies / "ct*.nii.gz"),))
    out, calls = tmp_path / "out", []
    stop_at = lambda number: lambda done, *_: done == number and sys.exit()  # noqa: E731
    with pytest.raises(SystemExit):
        build_dataset(spec, out, stop_at(5))
    save_nifti(copies / "ct0.nii.gz", torso(seed=9))
    build_dataset(spec, out, lambda *step: calls.append(step[2]))
    assert "ct0" in calls


@pytest.mark.slow
def test_several_processes_make_the_same_bytes(make_spec, dataset, tmp_path):
    build_dataset(make_spec(), tmp_path / "out", workers=2)
    assert files_of(tmp_path / "out") == files_of(dataset)


def test_the_description_holds_the_recipe(make_spec, tmp_path):
    info = build_dataset(make_spec(), tmp_path / "out", recipe={"name": "mine"})
    assert read_info(tmp_path / "out")["recipe"] == info["recipe"] == {"name": "mine"}


def test_a_failed_build_leaves_the_old_data_set_as_it_was(one_bad_ct, make_spec, tmp_path):
    out = tmp_path / "out"
    build_dataset(make_spec(), out)
    before = files_of(out)
    with pytest.raises(DataError, match=r"(slab|zero)\.nii\.gz"):
        build_dataset(one_bad_ct(), out, overwrite=True)
    assert {k: v for k, v in files_of(out).items() if ".partial" not in k} == before
    assert verify_dataset(out) == []


@pytest.mark.parametrize("change", ["damaged", "another version"])
def test_a_data_set_that_cannot_be_read_is_replaced_when_asked(
    make_spec, dataset, tmp_path, change
):
    out = tmp_path / "out"
    shutil.copytree(dataset, out)
    info = read_info(out) | {"spec_version": 0}
    content = json.dumps(info)
    (out / "dataset_info.json").write_text(content[:-9] if change == "damaged" else content)
    (out / "train/ct-00007-of-00008.tfrecord").write_bytes(b"of a larger one")
    (out / "train/notes.txt").write_text("mine")
    with pytest.raises(DataError, match=r"Build it again: .*prepare RECIPE --out DIR --overwrite"):
        build_dataset(make_spec(), out)
    build_dataset(make_spec(), out, overwrite=True)
    assert files_of(out) == files_of(dataset) | {"train/notes.txt": b"mine"}


FULL_DISK = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # no file may grow beyond
from ct2xkeras.data import DatasetSpec, build_dataset
build_dataset(DatasetSpec(**json.load(open(sys.argv[1]))), sys.argv[2])
"""


def test_a_full_disk_is_named_and_what_is_whole_stays(make_spec, dataset, tmp_path):
    settings = tmp_path / "settings.json"
    spec = make_spec(volume_size=(40, 40, 40), cts_per_shard=1)
    settings.write_text(json.dumps(spec.settings()))
    command = [sys.executable, "-c", FULL_DISK, settings, tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "expected a shard that can be written" in done.stderr
    assert not list((tmp_path / "out").rglob("*.tfrecord.partial"))
    info = build_dataset(spec, tmp_path / "out")
    assert count_of(info, "train", "ct") + count_of(info, "val", "ct") == 4


def test_a_data_set_is_built_at_an_address(make_spec, dataset):
    out = f"ram://{uuid.uuid4().hex}/out"
    build_dataset(make_spec(), out)
    assert verify_dataset(out) == []
    for name, content in files_of(dataset).items():
        assert locations.read_bytes(f"{out}/{name}") == content
    assert len(locations.files_below(out)) == len(files_of(dataset))


def test_labels_travel_with_their_ct(make_spec, sources, tmp_path):
    for number in range(3):
        shutil.copy(sources / f"ct{number}.nii.gz", tmp_path)
    hu = torso(seed=0)
    save_nifti(tmp_path / "ct0_labels.nii.gz", (hu > 300).astype(np.uint8))  # its spine
    spec = make_spec(
        cts=(str(tmp_path / "*.nii.gz"),), labels="{folder}/{name}_labels.nii.gz", val=["xray0"]
    )
    info = build_dataset(spec, tmp_path / "out")
    assert count_of(info, "train", "ct") == 3
    assert count_of(info, "train", "labels") == 1
    record, ct = (first_record(tmp_path / "out", "train", kind) for kind in ("labels", "ct"))
    assert record["name"] == ct["name"] == b"ct0"
    labels, hu = record["labels"], ct["hu"]
    assert labels.shape == hu.shape
    assert hu[labels == 1].mean() > 200 > hu[labels == 0].max() - 200
    assert hu[labels == 1].mean() > hu[labels == 0].mean() + 500


def test_poses_alone_are_stored_where_training_renders(make_spec, dataset, tmp_path):
    info = build_dataset(make_spec(drrs="rendered"), tmp_path / "out")
    assert "drr" not in info["kinds"]
    rendered = first_record(tmp_path / "out", "train", "poses")
    np.testing.assert_array_equal(rendered["poses"], first_record(dataset, "train", "drr")["poses"])


@pytest.fixture
def one_bad_ct(make_spec, tmp_path):
    """Settings with a CT that is too small for the poses and one that is no CT."""
    save_nifti(tmp_path / "slab.nii.gz", torso((2, 40, 48)))
    (tmp_path / "zero.nii.gz").touch()
    spec = make_spec()
    return lambda **changes: make_spec(cts=(*spec.cts, str(tmp_path / "*.nii.gz")), **changes)


@pytest.mark.parametrize("name", ["out", "out[64]", "out*"])
def test_a_bad_case_stops_the_build_and_whole_shards_are_kept(one_bad_ct, tmp_path, name):
    out = tmp_path / name
    with pytest.raises(DataError, match=r"(slab|zero)\.nii\.gz"):
        build_dataset(one_bad_ct(), out)
    assert [path.name for path in out.iterdir()] == [".partial"]
    assert list(out.rglob("*.tfrecord"))
    assert not list(out.rglob("*.tfrecord.partial"))


def test_where_no_shard_is_whole_a_bad_case_leaves_nothing(one_bad_ct, tmp_path):
    with pytest.raises(DataError, match=r"(slab|zero)\.nii\.gz"):
        build_dataset(one_bad_ct(cts_per_shard=100), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_bad_cases_are_skipped_and_listed_when_asked(one_bad_ct, tmp_path):
    info = build_dataset(one_bad_ct(skip_bad=True), tmp_path / "out")
    reasons = {case["name"]: case["reason"] for case in info["skipped"]}
    assert set(reasons) == {"slab", "zero"}
    assert "smallest footprint" in reasons["slab"]
    assert verify_dataset(tmp_path / "out") == []
    assert count_of(info, "train", "ct") + count_of(info, "val", "ct") == 4


def test_a_wrong_field_of_the_prior_is_named_before_anything_is_written(make_spec, tmp_path):
    with pytest.raises(ValueError, match=r"pose_prior: .*foot_print.*known fields"):
        build_dataset(make_spec(pose_prior={"foot_print": [1, 2]}), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_phantoms_come_with_their_true_radiographs(make_spec, tmp_path, monkeypatch):
    from ct2xkeras.data import phantoms
    from ct2xkeras.data.phantoms import make_phantom

    def small(seed):
        return make_phantom(seed, (24, 24, 24), (16.0, 16.0, 16.0))

    monkeypatch.setattr(phantoms, "make_phantom", small)
    fields = {"cts": (), "xrays": (), "phantom_cts": 2, "phantom_xrays": 2, "poses_per_ct": 2}
    held_out = ("phantom_ct_patient_00001", "phantom_xray_patient_00001")
    fields |= {"val": held_out, "phantom_xrays_per_patient": 1}
    spec = make_spec(**fields, pose_prior={"footprint": [100, 200]})
    info = build_dataset(spec, tmp_path / "out")
    assert count_of(info, "val", "truth") == count_of(info, "val", "ct") == 1
    assert count_of(info, "train", "truth") == 0
    truth, drr = (first_record(tmp_path / "out", "val", kind) for kind in ("truth", "drr"))
    np.testing.assert_array_equal(truth["poses"], drr["poses"])
    seen, drawn = (image_from_uint16(r["images"])[0].ravel() for r in (truth, drr))
    assert np.corrcoef(seen, drawn)[0, 1] > 0.6  # the same anatomy in another tone


@pytest.mark.parametrize("compression", ["GZIP", ""])
def test_verify_names_the_bad_shard_and_record(make_spec, tmp_path, compression):
    info = build_dataset(make_spec(compression=compression), tmp_path)
    assert verify_dataset(tmp_path) == []
    first, second = (shards_of(info, "train", kind)[0]["name"] for kind in ("ct", "drr"))
    raw = bytearray((tmp_path / first).read_bytes())
    raw[len(raw) // 2] ^= 16
    (tmp_path / first).write_bytes(bytes(raw))
    (tmp_path / second).unlink()
    problems = verify_dataset(tmp_path)
    assert len(problems) == 2
    assert first in problems[0]
    assert "damage at record" in problems[0]
    assert problems[1] == f"{tmp_path / second}: missing"
