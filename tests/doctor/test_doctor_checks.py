import pytest
from packaging.requirements import Requirement

from ct2xkeras.doctor import devices, machine, packages, self_test
from ct2xkeras.doctor.finding import BROKEN, NOTE, OK


def test_extras_are_those_of_the_project_but_for_developers(request):
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no TOML reader")
    project = tomllib.loads((request.config.rootpath / "pyproject.toml").read_text())["project"]
    others = {"gpu", "test", "docs", "dev"}  # the GPU's check has its own line
    assert packages.EXTRAS.keys() == project["optional-dependencies"].keys() - others


def test_a_missing_extra_comes_with_its_install_line(monkeypatch):
    monkeypatch.setattr(packages, "required_by", lambda extra="": [Requirement("no-such-thing>=2")])
    found = packages.check_extra("dicom")
    assert (found.state, found.mend) == (NOTE, "pip install 'ct2xkeras[dicom]'")
    assert "no-such-thing is missing" in found.says


def test_an_old_version_of_a_needed_package_is_broken(monkeypatch):
    monkeypatch.setattr(packages, "required_by", lambda extra="": [Requirement("numpy>=99")])
    found = packages.check_required()
    assert found.state == BROKEN
    assert "expected >=99" in found.says


def test_a_gpu_that_tensorflow_cannot_use_is_told(monkeypatch):
    assert devices.check_gpus(nvidia=[]).state == OK
    found = devices.check_gpus(nvidia=["NVIDIA X, 555.1, 80 GiB"])
    assert (found.state, found.mend) == (NOTE, "pip install 'ct2xkeras[gpu]'")


@pytest.mark.parametrize(("text", "limited"), [("1000000000\n", True), ("max\n", False)])
def test_a_containers_memory_limit_counts(text, limited, tmp_path, monkeypatch):
    (tmp_path / "memory.max").write_text(text)
    monkeypatch.setattr(machine, "MEMORY_LIMITS", (tmp_path / "memory.max", tmp_path / "none"))
    assert (machine.total_memory() == 1e9) == limited
    if limited:
        assert machine.check_memory().state == NOTE


def test_the_disk_of_a_folder_that_is_not_there_yet_is_its_parents(tmp_path):
    found = machine.check_disk("disk", tmp_path / "runs" / "first")
    assert "GB free" in found.says


def test_the_projector_agrees_with_chords():
    assert self_test.run_trial("projector").state == OK


def test_a_trial_that_is_wrong_or_raises_is_broken(monkeypatch):
    monkeypatch.setattr(self_test, "cube_chords", lambda pose, detector: 63.0)
    assert self_test.run_trial("projector").state == BROKEN

    def fails():
        raise RuntimeError("no\n kernel")

    monkeypatch.setitem(self_test.TRIALS, "export", fails)
    found = self_test.run_trial("export")
    assert (found.state, found.says) == (BROKEN, "RuntimeError: no kernel")


@pytest.mark.long
@pytest.mark.parametrize("name", ["training step", "export"])
def test_training_and_export_work(name):
    found = self_test.run_trial(name)
    assert found.state == OK, found.says
