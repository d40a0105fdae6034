"""Where results cannot go is said before the work; what was measured is printed before it is
written."""

import json
import os

import pytest

from ct2xkeras.cli.destinations import check_file, check_folder
from ct2xkeras.cli.main import main
from ct2xkeras.evaluation import records
from ct2xkeras.pictures import write_png16


@pytest.fixture
def run(capsys):
    """Exit status, output and error output of a command line."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return stop.value.code or 0, captured.out, captured.err

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"
    path.write_text("kept")
    return path


VIEW = ("--view", "pa")

#: What a file is in the way of, and what a folder is; all else that they name is not there.
FOLDERS = {
    "drr": ("drr", "no", *VIEW, "--out"),
    "synthesize": ("synthesize", "no", "--model", "no", *VIEW, "--out"),
    "train": ("train", "no", "--out"),
    "bench": ("bench", "no", "--out"),
    "study build": ("study", "build", "no", "--real", "no", "--out"),
    "evaluate --save": ("evaluate", "no", "--save"),
}
FILES = {
    "evaluate": ("evaluate", "no", "--out"),
    "inspect --report": ("inspect", "no", "--report"),
    "inspect --sheet": ("inspect", "no", "--sheet"),
    "gallery": ("gallery", "no", "--ct", "no", "--style", "no", *VIEW, "--out"),
    "report": ("report", "no", "--out"),
    "study score": ("study", "score", "no", "no", "--out"),
}


@pytest.mark.parametrize("command", FOLDERS)
def test_a_file_in_the_place_of_a_folder_is_refused_first(command, run, file):
    status, out, err = run(*FOLDERS[command], file)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert f" {file}: expected a folder to write to, found a file." in err
    assert file.read_text() == "kept"


@pytest.mark.parametrize("command", FILES)
def test_a_folder_in_the_place_of_a_file_is_refused_first(command, run, tmp_path):
    status, out, err = run(*FILES[command], tmp_path)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert f" {tmp_path}: expected a file to write, found a folder." in err
    assert os.listdir(tmp_path) == []


def test_prepare_and_export_refuse_a_file_too(run, file):
    for command in (("prepare", "quickstart", "--out", file), ("export", file.parent, file)):
        status, _, err = run(*command)
        assert (status, "expected a folder to write to, found a file" in err) == (2, True)


def test_folders_that_are_missing_on_the_way_are_no_problem(tmp_path):
    check_file("--out", tmp_path / "new" / "newer" / "file")
    check_folder("--out", tmp_path / "new" / "newer")
    assert os.listdir(tmp_path) == []


def test_a_file_on_the_way_and_what_may_not_be_changed_are_named(file, monkeypatch):
    with pytest.raises(ValueError, match=f"expected a file to write, found {file}, a file"):
        check_file("--out", file / "new" / "page.html")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ValueError, match=f"found {file}, which may not be changed"):
        check_file("--out", file)
    with pytest.raises(ValueError, match=f"found {file.parent}, which may not be written to"):
        check_folder("--out", file.parent / "new")


def test_numbers_are_printed_before_they_are_written(run, tmp_path, rng, monkeypatch):
    for index in range(4):
        write_png16(tmp_path / "drr" / f"{index}.png", rng.uniform(-1, 1, (64, 64)))

    def full(path, values):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(records, "append_json_line", full)
    log = tmp_path / "new" / "log.jsonl"
    options = ("--drr", tmp_path / "drr", "--metric", "structure", "--out", log, "--json")
    status, out, err = run("evaluate", tmp_path / "drr", *options)
    assert status == 2
    assert json.loads(out)["structure[gradient-correlation,n=4]"] == pytest.approx(1, abs=1e-4)
    assert err == f"Error: {log}: no space left on device. Check the path and its disk.\n"
