"""Ctrl-C: status 130, one line on standard error, and what is left."""

import pytest

from ct2xkeras.cli import drr_scene, train
from ct2xkeras.cli.main import main
from ct2xkeras.data import build_dataset
from ct2xkeras.recipe import load_recipe
from ct2xkeras.training.run_folder import RunFolder

RECIPE = "name: a\ndata: {phantoms: {cts: 2}}\n"


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
def recipe(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE)
    return path


def interrupt(*arguments, **options):
    raise KeyboardInterrupt


def test_a_command_that_says_nothing_of_it_ends_with_one_line(run, tmp_path, monkeypatch):
    monkeypatch.setattr(drr_scene, "read_scene", interrupt)
    ended = run("drr", "ct.nii.gz", "--view", "pa", "--out", tmp_path / "out")
    assert ended == (130, "", "Interrupted.\n")


def test_a_build_goes_on_by_the_same_command(run, recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(f"{build_dataset.__module__}.ordered_map", interrupt)
    status, out, err = run("prepare", recipe, "--out", tmp_path / "data")
    assert (status, out) == (130, "")
    said = "Interrupted; the same command goes on from the finished shards."
    assert err.splitlines()[-1] == said


def test_a_training_says_what_it_leaves(run, recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(train, "_train_and_measure", interrupt)
    folder = RunFolder(tmp_path / "run")

    def said():
        status, out, err = run("train", recipe, "--out", folder.path)
        assert (status, out, err.count("\n")) == (130, "", 1)
        assert err.endswith("The same command goes on.\n")
        return err

    assert "before the first step; nothing was written" in said()
    folder.create(load_recipe(recipe))
    assert f"first step; {folder.path} and finished parts of its data" in said()
    (folder.checkpoints / "images-32.index").touch()
    assert f"{folder.path} has a checkpoint after 32 images" in said()
