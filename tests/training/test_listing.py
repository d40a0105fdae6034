import json
import os
import platform
import subprocess
import sys

import pytest

from ct2xkeras.training.listing import (
    Best,
    best_values,
    list_runs,
    newest_checkpoint,
    summarize_run,
)
from ct2xkeras.training.run_folder import RunError, RunFolder
from ct2xkeras.training.run_state import write_state

RECIPE = "name: a\ndata: {phantoms: {}}\ntraining: {images: 1000}\n"


@pytest.fixture
def run(tmp_path):
    """A run folder with two checkpoints and a log, and no state noted."""
    run = RunFolder(tmp_path / "runs" / "first")
    run.checkpoints.mkdir(parents=True)
    run.recipe_file.write_text(RECIPE)
    for images in (80, 400):
        (run.checkpoints / f"images-{images}.index").write_bytes(b"12")
    lines = [
        {"kind": "train", "images": 200, "loss": 5.0, "images_per_second": 8.0},
        {"kind": "train", "images": 480, "loss": 4.0, "images_per_second": 9.0},
        {"kind": "evaluation", "images": 400, "kid[pixels32,n=24]": 0.2},
    ]
    run.metrics_file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return run


def note(run, **changes):
    """A state as another process would have noted it."""
    write_state(run, "training", 240, 1000)
    values = json.loads(run.state_file.read_text())
    run.state_file.write_text(json.dumps(values | changes))


def dead_process():
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_run_without_a_noted_state_is_known_from_checkpoints_log_and_recipe(run):
    os.utime(run.metrics_file, (4e9, 4e9))
    found = summarize_run(run.path)
    assert (found.state, found.images, found.total) == ("unknown", 400, 1000)
    assert (found.loss, found.images_per_second) == (4.0, 9.0)
    assert found.best == {"kid[pixels32,n=24]": Best(0.2, 400)}
    assert found.size == sum(p.stat().st_size for p in run.path.rglob("*") if p.is_file())
    assert found.changed.timestamp() == 4e9
    assert found.notes == ()


@pytest.mark.parametrize(
    ("changes", "state", "images"),
    [
        ({}, "training", 480),
        ({"pid": "dead"}, "killed", 400),
        ({"pid": "dead", "host": "another-host"}, "training", 480),
        ({"pid": "dead", "state": "stopped", "images": 500}, "stopped", 500),
        ({"pid": "dead", "state": "finished", "images": 1000}, "finished", 1000),
    ],
)
def test_the_state_is_the_noted_one_unless_its_process_is_gone(run, changes, state, images):
    dead = {"pid": dead_process()} if "pid" in changes else {}
    note(run, **changes | dead)
    found = summarize_run(run.path)
    assert (found.state, found.images, found.total) == (state, images, 1000)


def test_the_reason_of_a_failure_is_noted(run):
    note(run, state="failed", reason="loss not finite")
    assert summarize_run(run.path).notes == ("loss not finite",)


def test_a_run_before_its_first_checkpoint_says_so(run):
    for path in run.checkpoints.iterdir():
        path.unlink()
    assert summarize_run(run.path).state == "no checkpoint"


def test_each_metric_has_its_own_best_and_its_own_direction():
    lines = [
        {"kind": "evaluation", "images": 1, "structure[g,n=2]": 0.7, "kid[a,n=2]": 0.3},
        {"kind": "evaluation", "images": 2, "structure[g,n=2]": 0.9, "kid[a,n=2]": float("nan")},
        {"kind": "evaluation", "images": 3, "structure[g,n=2]": 0.8, "kid[a,n=2]": 0.1},
        {"kind": "evaluation", "images": 4, "kid[a,n=4]": 0.5, "kid-of-drr[a,n=2]": 0.0},
        {"kind": "train", "images": 5, "kid[a,n=2]": 0.0},
    ]
    assert best_values(lines) == {
        "structure[g,n=2]": Best(0.9, 2),
        "kid[a,n=2]": Best(0.1, 3),
        "kid[a,n=4]": Best(0.5, 4),
    }


def test_the_newest_checkpoint_is_the_one_with_the_largest_number(tmp_path):
    assert newest_checkpoint(tmp_path / "none") == 0
    for name in ("images-1000.index", "images-999.index", "images-x.index", "images-2000.data"):
        (tmp_path / name).touch()
    assert newest_checkpoint(tmp_path) == 1000


@pytest.mark.parametrize(
    ("file", "content", "state", "note"),
    [
        ("recipe.yaml", b"name: [", "unknown", "not YAML"),
        ("recipe.yaml", b"name: a", "unknown", "has no training.images"),
        ("recipe.yaml", None, "no run", "there is no such recipe file"),
        ("state.json", b'{"state": ', "unknown", "state.json cannot be read"),
        ("state.json", b'{"state": "training"}', "unknown", "state.json cannot be read"),
        ("state.json", b"[1]", "unknown", "state.json cannot be read"),
        ("metrics.jsonl", b'\xff\n[1]\n{"images": 1}\n', "unknown", "2 lines cannot be read"),
    ],
)
def test_a_broken_folder_is_listed_with_what_is_broken(run, file, content, state, note):
    (run.path / file).unlink(missing_ok=True)
    if content is not None:
        (run.path / file).write_bytes(content)
    (found,) = list_runs(run.path.parent)
    assert found.state == state
    assert len(found.notes) == 1
    assert note in found.notes[0]


def test_a_line_that_a_kill_cut_off_is_not_worth_a_note(run):
    with run.metrics_file.open("a") as file:
        file.write('{"kind": "tra')
    assert summarize_run(run.path).notes == ()


def test_folders_that_hold_no_run_are_passed_over(run):
    parent = run.path.parent
    for name in ("empty", ".first.abc/checkpoints", "second/checkpoints"):
        (parent / name).mkdir(parents=True)
    (parent / "notes.txt").touch()
    assert [(r.path.name, r.state) for r in list_runs(parent)] == [
        ("first", "unknown"),
        ("second", "no run"),
    ]
    assert [r.path for r in list_runs(run.path)] == [run.path]


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(RunError, match="nowhere: there is no such folder"):
        list_runs(tmp_path / "nowhere")


def test_this_process_counts_as_training_here(run):
    note(run, pid=os.getpid(), host=platform.node())
    assert summarize_run(run.path).state == "training"


def test_listing_runs_loads_no_tensorflow(run):
    code = (
        "import sys; from ct2xkeras.training.listing import list_runs\n"
        "list_runs(sys.argv[1])\n"
        "sys.exit('loaded' if {'tensorflow', 'keras'} & set(sys.modules) else 0)"
    )
    command = [sys.executable, "-c", code, str(run.path.parent)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
