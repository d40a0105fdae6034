from types import SimpleNamespace

import keras
import pytest

from ct2xkeras.cli.main import main
from ct2xkeras.files import append_json_line
from ct2xkeras.models import PRESETS
from ct2xkeras.models.synthesizer import XraySynthesizer
from ct2xkeras.recipe import load_recipe
from ct2xkeras.serving.model_card import model_card, pose_convention
from ct2xkeras.serving.run_provenance import run_provenance
from ct2xkeras.training.run_folder import RunFolder

RECIPE = """
name: exported
data: {phantoms: {cts: 2, xrays: 3}}
model: {preset: tiny}
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    run = RunFolder(tmp_path / "run")
    run.create(load_recipe(tmp_path / "recipe.yaml"))
    return run


def command(*arguments, status=0):
    with pytest.raises(SystemExit) as stop:
        main(["export", *(str(argument) for argument in arguments)])
    assert (stop.value.code or 0) == status


def test_a_keras_file_of_the_checkpoint_asked_for(run, tmp_path, monkeypatch):
    networks = XraySynthesizer(PRESETS["tiny"])
    networks.build()
    asked = []

    def load_model(folder, recipe, checkpoint):
        asked.append((folder.path, recipe.name, checkpoint))
        return SimpleNamespace(ema_networks=networks)

    monkeypatch.setattr("ct2xkeras.training.loading.load_model", load_model)
    command(run.path, tmp_path / "m.keras", "--checkpoint", "best")
    assert asked == [(run.path, "exported", "best")]
    assert keras.models.load_model(tmp_path / "m.keras").architecture == PRESETS["tiny"]


@pytest.mark.parametrize("option", [["--version", 2], ["--quantize"]])
def test_options_of_saved_models_are_refused_for_keras_files(run, tmp_path, option, capsys):
    command(run.path, tmp_path / "m.keras", *option, status=2)
    assert "are for SavedModels" in capsys.readouterr().err
    assert not (tmp_path / "m.keras").exists()


def test_a_run_without_a_checkpoint_writes_nothing(run, tmp_path, capsys):
    command(run.path, tmp_path / "SavedModels" / "m", status=2)
    assert "no newest checkpoint yet" in capsys.readouterr().err
    assert not (tmp_path / "SavedModels").exists()


def test_the_card_says_where_the_model_comes_from(run, monkeypatch):
    place = "ct2xkeras.serving.run_provenance.newest_images"
    monkeypatch.setattr(place, lambda folder: 4 if folder == run.best_checkpoint else 8)
    best, scores = {"kid[pixels32,n=4]": 0.1}, {"kid[pixels32,n=4]": 0.125}
    structure = {"structure[gradient-correlation,n=4]": 0.9}
    for images, values in ((4, best), (8, {"kid[pixels32,n=4]": 9.0}), (8, structure), (8, scores)):
        line = {"kind": "evaluation", "images": images, **values, "notes": []}
        append_json_line(run.metrics_file, line)
    append_json_line(run.metrics_file, {"kind": "train", "images": 8, "loss": 1.0})
    with run.metrics_file.open("a") as file:
        file.write('{"kind": "evaluation", "ima')  # a kill cut it off
    recipe = run.load_recipe()
    provenance = run_provenance(run, recipe, "newest")
    assert provenance.scores == scores | structure
    assert run_provenance(run, recipe, "best").scores == best
    card = model_card("exported/3", PRESETS["tiny"], 0.8, provenance, psnr=51.23)
    assert "run run, recipe exported, newest checkpoint" in card
    assert "- 2 phantom CTs, 3 simulated radiographs of others" in card
    assert "- kid[pixels32,n=4]: 0.1250" in card
    assert "float16, 51.2 dB against float32" in card
    assert "models/exported:predict" in card


def test_poses_say_how_a_field_becomes_pixels():
    text = pose_convention(32)
    assert "F * sdd / sod / 32" in text
