import json
import re

import pytest

from ct2xkeras.cli.main import main
from ct2xkeras.cli.runs_output import shown_age


@pytest.fixture
def runs(tmp_path):
    run = tmp_path / "runs" / "first"
    (run / "checkpoints").mkdir(parents=True)
    (run / "checkpoints" / "images-80.index").touch()
    (run / "recipe.yaml").write_text("training: {images: 1000}\n")
    lines = [
        {"kind": "train", "images": 80, "loss": float("nan"), "images_per_second": 9.0},
        {"kind": "evaluation", "images": 80, "kid[pixels32,n=24]": 0.2},
    ]
    (run / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "runs" / "second" / "checkpoints").mkdir(parents=True)
    return tmp_path / "runs"


def command(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["runs", *map(str, arguments)])
    captured = capsys.readouterr()
    return stop.value.code or 0, captured.out, captured.err


def test_runs_are_listed_with_state_progress_and_best_metrics(runs, capsys):
    status, out, err = command(capsys, runs)
    assert (status, err) == (0, "")
    assert re.search(r"first +unknown +80 of 1000 +nan +9\.0 +\d+ B +just now", out)
    assert re.search(r"second +no run +0 of \?", out)
    assert "first: best kid[pixels32,n=24] 0.2000 at 80 images\n" in out
    assert "recipe.yaml: there is no such recipe file" in out


def test_json_has_plain_values(runs, capsys):
    _, out, _ = command(capsys, runs, "--json")

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    first, second = json.loads(out, parse_constant=refuse)
    assert (first["name"], first["state"], first["images"]) == ("first", "unknown", 80)
    assert first["loss"] is None
    assert first["best"] == {"kid[pixels32,n=24]": {"value": 0.2, "images": 80}}
    assert (second["state"], second["total"]) == ("no run", None)


def test_without_runs_it_says_so(tmp_path, capsys):
    assert command(capsys, tmp_path)[:2] == (0, f"There are no runs in {tmp_path}.\n")
    status, _, err = command(capsys, tmp_path / "nowhere")
    assert status == 2
    assert "nowhere: there is no such folder" in err


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-5, "just now"), (59, "just now"), (60, "1 min ago"), (7200, "2 h ago"), (2e5, "2 d ago")],
)
def test_ages_are_in_the_largest_unit(seconds, shown):
    assert shown_age(seconds) == shown
