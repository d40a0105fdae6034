"""A run is found and gone on with from any folder."""

import os
from pathlib import Path

import pytest

from ct2xkeras.cli import train
from ct2xkeras.cli.main import main
from ct2xkeras.recipe import Recipe
from ct2xkeras.training.run_folder import RunFolder

NETWORKS = {"lpips_network": "net.npz", "lpips_heads": ""}
VALUES = {
    "name": "a",
    "data": {"ct": ["cts"], "xray": ["xrays"], "directory": "data"},
    "losses": NETWORKS,
    "evaluation": {"extractor": "mine.keras"},
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The present folder; another one is beside it."""
    for name in ("home", "elsewhere"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "home")
    return Path.cwd()


@pytest.fixture
def run(home):
    """A new run folder, started in `home`."""
    RunFolder("run").create(Recipe.model_validate(VALUES))
    return RunFolder(home / "run")


def files(run):
    """Where a run finds what its recipe names."""
    recipe = run.load_recipe()
    found = run.with_found_files(recipe)
    networks = {name: getattr(found.losses, name) for name in NETWORKS}
    return str(run.data_directory(recipe)), networks, found.evaluation.extractor


def test_relative_paths_lead_from_where_a_run_was_started(run, home, monkeypatch):
    assert files(run) == ("data", NETWORKS, "mine.keras")
    monkeypatch.chdir(home.parent / "elsewhere")
    networks = {"lpips_network": str(home / "net.npz"), "lpips_heads": ""}
    assert files(run) == (str(home / "data"), networks, str(home / "mine.keras"))
    assert str(home) not in run.recipe_file.read_text()  # it is shown on pages and cards


def test_addresses_names_and_whole_paths_stay(run, home, monkeypatch):
    monkeypatch.chdir(home.parent / "elsewhere")
    recipe = run.load_recipe()
    for path in ("gs://bucket/data", "/data/set"):
        data = recipe.data.model_copy(update={"directory": path})
        assert run.data_directory(recipe.model_copy(update={"data": data})) == path
    named = recipe.evaluation.model_copy(update={"extractor": "pixels32"})
    found = run.with_found_files(recipe.model_copy(update={"evaluation": named}))
    assert found.evaluation.extractor == "pixels32"


def test_a_run_that_notes_no_folder_or_one_that_is_gone_is_read_from_here(run, home, monkeypatch):
    monkeypatch.chdir(home.parent / "elsewhere")
    run.started_in_file.write_text(f"{home}/gone\n")
    assert files(run) == ("data", NETWORKS, "mine.keras")
    run.started_in_file.unlink()
    assert files(run) == ("data", NETWORKS, "mine.keras")


def test_training_goes_on_where_it_was_started(run, home, monkeypatch, capsys):
    called = []
    monkeypatch.setattr(
        train, "_train_and_measure", lambda recipe, run, profile: called.append((os.getcwd(), run))
    )
    for folder in (home.parent / "elsewhere", home):
        monkeypatch.chdir(folder)
        path = os.path.relpath(run.path)
        with pytest.raises(SystemExit) as stop:
            main(["train", f"{path}/recipe.yaml", "--out", path])
        assert not stop.value.code, capsys.readouterr().err
        where, which = called.pop()
        assert (Path(where), Path(where) / which.path) == (home, run.path)
        told = capsys.readouterr().out
        assert (f"goes on in {home}, where it was started." in told) == (folder != home)
