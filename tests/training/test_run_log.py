import json

from ct2xkeras.training.run_folder import RunFolder
from ct2xkeras.training.run_log import RunLog, forget_after


def test_lines_of_later_images_and_torn_ones_are_forgotten(tmp_path):
    run = RunFolder(tmp_path)
    lines = [json.dumps({"kind": "train", "images": images}) + "\n" for images in (4, 8, 12)]
    run.metrics_file.write_text("".join(lines) + '{"kind": "tr')
    forget_after(run, 8)
    assert run.metrics_file.read_text() == "".join(lines[:2])
    forget_after(run, 8)
    assert run.metrics_file.read_text() == "".join(lines[:2])


def test_values_go_to_both_places(tmp_path):
    run = RunFolder(tmp_path)
    RunLog(run).values("train", 8, {"loss": 0.5, "note": "seen"})
    line = json.loads(run.metrics_file.read_text())
    assert line == {"kind": "train", "images": 8, "loss": 0.5, "note": "seen"}
    (events,) = run.logs.iterdir()
    content = events.read_bytes()
    assert b"train/loss" in content
    assert b"train/note" in content
