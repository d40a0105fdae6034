import io
import json
import os
import signal
import threading
import time

import numpy as np
import pytest
from rich.console import Console

from ct2xkeras.recipe import Recipe, build_model
from ct2xkeras.training import train as training
from ct2xkeras.training.checkpoints import newest_images
from ct2xkeras.training.failures import DivergedError
from ct2xkeras.training.loading import load_model
from ct2xkeras.training.run_folder import RunError, RunFolder, check_same_recipe
from ct2xkeras.training.train import train

QUIET = Console(quiet=True)


def recipe(data_directory, **training):
    return Recipe.model_validate(
        {
            "name": "tiny",
            "data": {
                "phantoms": {"cts": 3, "xrays": 6},
                "directory": str(data_directory),
                "poses_per_ct": 4,
                "pose_prior": {"footprint": [100, 200]},
            },
            "model": {"preset": "tiny"},
            "training": {
                "volumes_per_batch": 1,
                "views_per_volume": 2,
                "log_every": 4,
                "sample_every": 100,
                "checkpoint_every": 4,
                "images": 8,
            }
            | training,
        }
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data") / "tiny"


@pytest.fixture(scope="module")
def finished(data, tmp_path_factory):
    run = RunFolder(tmp_path_factory.mktemp("runs") / "run")
    result = train(recipe(data), run, QUIET)
    return run, result


def test_a_run_folder_holds_everything(finished):
    run, result = finished
    assert result.images == newest_images(run.checkpoints) == 8
    assert run.load_recipe().training.images == 8
    assert {"tensorflow", "keras", "ct2xkeras"} <= json.loads(run.versions_file.read_text()).keys()
    assert [p.name for p in run.samples.iterdir()] == ["images_00000008.png"]
    assert list(run.logs.glob("events.out.tfevents.*"))
    lines = [json.loads(line) for line in run.metrics_file.read_text().splitlines()]
    steps = [line for line in lines if line["kind"] == "train"]
    assert [line["images"] for line in steps] == [4, 8]
    assert all(np.isfinite(line["loss"]) for line in steps)
    assert [line["images"] for line in lines if line["kind"] == "style"] == [8]


@pytest.mark.long  # CI kills and resumes in test_kill_and_resume.py
def test_resuming_continues_from_the_checkpoint_and_ends_like_an_undisturbed_run(
    finished, data, tmp_path
):
    undisturbed, _ = finished
    run = RunFolder(tmp_path / "run")
    assert train(recipe(data, images=4), run, QUIET).images == 4
    assert train(recipe(data), run, QUIET).images == 8
    fresh = build_model(recipe(data))
    ends = [load_model(r, recipe(data)).get_weights() for r in (undisturbed, run)]
    for a, b in zip(*ends, strict=True):
        np.testing.assert_array_equal(a, b)
    unmoved = {
        weight.name
        for weight, end in zip(fresh.weights, ends[0], strict=True)
        if np.array_equal(weight.numpy(), end)
    }
    assert unmoved == {"mean_path_length", "augment_probability"}  # of options that are off


@pytest.mark.slow
def test_a_signal_stops_with_a_checkpoint(data, tmp_path):
    run = RunFolder(tmp_path / "run")

    def interrupt_after_the_first_log_line():
        while not run.metrics_file.exists():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=interrupt_after_the_first_log_line, daemon=True).start()
    result = train(recipe(data, images=4000), run, QUIET)
    assert result.interrupted == "SIGTERM"
    assert 4 <= result.images < 4000
    assert newest_images(run.checkpoints) == result.images


def test_networks_that_cannot_be_made_leave_no_run_folder(data, tmp_path, monkeypatch):
    def missing(recipe):
        raise FileNotFoundError("net.npz")

    monkeypatch.setattr(training, "build_model", missing)
    with pytest.raises(FileNotFoundError, match=r"net\.npz"):
        train(recipe(data), RunFolder(tmp_path / "run"), QUIET)
    assert not (tmp_path / "run").exists()


def test_a_finished_run_stays_as_it_is(finished, data):
    run, _ = finished
    before = run.metrics_file.read_text()
    assert train(recipe(data), run, QUIET).images == 8
    assert run.metrics_file.read_text() == before


def test_a_folder_that_is_no_run_is_not_touched(data, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match=r"is there already and is no run folder.*--out"):
        train(recipe(data), RunFolder(tmp_path), QUIET)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_another_recipe_is_refused_with_the_fields_that_differ(finished, data):
    run, _ = finished
    check_same_recipe(run, recipe(data, images=800))
    with pytest.raises(RunError, match=r"training.g_learning_rate: 0.0006 in the run, 0.1 now"):
        check_same_recipe(run, recipe(data, g_learning_rate=0.1))


def test_a_folder_without_a_recipe_is_no_run(tmp_path):
    with pytest.raises(RunError, match=r"not a run folder \(no recipe.yaml\)"):
        RunFolder(tmp_path).load_recipe()


@pytest.mark.slow
def test_a_diverging_run_stops_with_its_last_good_checkpoint(data, tmp_path):
    run = RunFolder(tmp_path / "run")
    with pytest.raises(DivergedError, match=r"not finite|beyond training.loss_limit"):
        train(recipe(data, images=400, g_learning_rate=1.0, loss_limit=50.0), run, QUIET)
    state = json.loads(run.state_file.read_text())
    assert state["state"] == "failed"
    assert "training.on_nan=rollback" in state["reason"]


@pytest.mark.slow
def test_a_rollback_lowers_the_rates_and_ends_after_its_number(data, tmp_path):
    run, heard = RunFolder(tmp_path / "run"), Console(record=True, file=io.StringIO())
    settings = {"images": 4, "checkpoint_every": 2}
    train(recipe(data, **settings), run, QUIET)
    # From here on every loss counts as too large.
    settings |= {"images": 40, "loss_limit": 1e-3, "on_nan": "rollback", "max_rollbacks": 2}
    with pytest.raises(DivergedError, match=r"Rolled back 2 times already"):
        train(recipe(data, **settings), run, heard)
    said = " ".join(heard.export_text().split())
    assert "Back to image 4, learning rates times 0.5." in said
    assert "Back to image 4, learning rates times 0.25." in said
    assert json.loads(run.state_file.read_text())["rollbacks"] == 2
    assert newest_images(run.checkpoints) == 4


@pytest.mark.slow
def test_measures_during_training_keep_the_best_checkpoint(data, tmp_path):
    run = RunFolder(tmp_path / "run")
    measured = recipe(data).evaluation.model_copy(
        update={"every": 4, "best_by": "structure", "cases": 4}
    )
    train(recipe(data).model_copy(update={"evaluation": measured}), run, QUIET, profile=True)
    lines = [json.loads(line) for line in run.metrics_file.read_text().splitlines()]
    assert [line["images"] for line in lines if line["kind"] == "evaluation"] == [4, 8]
    best = json.loads((run.best_checkpoint / "best.json").read_text())
    assert best["metric"].startswith("structure[")
    assert newest_images(run.best_checkpoint) == best["images"]
    assert load_model(run, run.load_recipe(), "best").built
