import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from data_samples import save_nifti, torso

from ct2xkeras.data.build import build_dataset
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.info import count_of, read_info, shards_of
from ct2xkeras.data.records import image_from_uint16
from ct2xkeras.data.shards import read_shard
from ct2xkeras.data.storage import load_cts
from ct2xkeras.data.verify import verify_dataset


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


def test_drrs_show_the_grid_that_the_model_sees_with_nothing_cut_off(dataset):
    from ct2xkeras.projection import DRR

    cts = load_cts(dataset, read_info(dataset), "train")
    drawn = DRR((16, 16))(cts["hu"][:1, ..., None], cts["spacing"][:1], cts["poses"][0][:1])
    stored = image_from_uint16(cts["images"][0, 0])
    np.testing.assert_allclose(np.asarray(drawn["image"])[0, ..., 0], stored, atol=1e-4)
    assert cts["coverage"].min() >= 254


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


def test_a_killed_build_leaves_no_description_and_is_done_again(make_spec, dataset, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(make_spec().settings()))
    script = (
        "import json, os, sys\n"
        "from ct2xkeras.data import DatasetSpec, build_dataset\n"
        "spec = DatasetSpec(**json.load(open(sys.argv[1])))\n"
        "def kill(done, total, name):\n"
        "    if done == 8: os.kill(os.getpid(), 9)\n"
        "build_dataset(spec, sys.argv[2], kill)\n"
    )
    out = tmp_path / "out"
    done = subprocess.run([sys.executable, "-c", script, settings, out], capture_output=True)
    assert done.returncode == -9, done.stderr.decode()[-2000:]
    assert any((out / "train").iterdir())
    assert not (out / "dataset_info.json").exists()
    with pytest.raises(DataError, match="a finished data set"):
        read_info(out)
    build_dataset(make_spec(), out)
    assert files_of(out) == files_of(dataset)


@pytest.fixture
def one_bad_ct(make_spec, tmp_path):
    """Settings with a CT that is too small for the poses and one that is no CT."""
    save_nifti(tmp_path / "slab.nii.gz", torso((2, 40, 48)))
    (tmp_path / "zero.nii.gz").touch()
    spec = make_spec()
    return lambda **changes: make_spec(cts=(*spec.cts, str(tmp_path / "*.nii.gz")), **changes)


def test_a_bad_case_stops_the_build_and_nothing_is_left(one_bad_ct, tmp_path):
    with pytest.raises(DataError, match=r"(slab|zero)\.nii\.gz"):
        build_dataset(one_bad_ct(), tmp_path / "out")
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
    shard = tmp_path / "out" / shards_of(info, "val", "truth")[0]["name"]
    truth = next(read_shard(shard, "truth", "GZIP"))
    drr = next(read_shard(str(shard).replace("truth", "drr"), "drr", "GZIP"))
    np.testing.assert_array_equal(truth["poses"], drr["poses"])
    seen, drawn = (image_from_uint16(r["images"].numpy())[0].ravel() for r in (truth, drr))
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
