import csv
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from ct2xkeras.cli.main import main
from ct2xkeras.evaluation.study import read_key
from ct2xkeras.evaluation.study.design import rater_order
from ct2xkeras.evaluation.study.results import FORMAT, Rating, checksum


@pytest.fixture
def folders(tmp_path, rng):
    for name in ("one", "two", "xrays"):
        (tmp_path / name).mkdir()
        for index in range(5):
            pixels = rng.integers(0, 256, (40, 40)).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{index}.png")
    return tmp_path


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["study", *map(str, arguments)])
    captured = capsys.readouterr()
    return stop.value.code or 0, captured.out, captured.err


def build(capsys, folders, *arguments):
    methods = (folders / "one", f"second={folders}/two/*.png")
    options = ("--real", folders / "xrays", "--per-method", 2, "--repeats", 1)
    return run(capsys, "build", *methods, *options, "--out", folders / "study", *arguments)


def write_result(folders, rater, score):
    key = read_key(folders / "study")
    ratings = [Rating(name, score, 500) for name in rater_order(key.study, key.blocks, rater)]
    content = {"format": FORMAT, "study": key.study, "rater": rater}
    content["ratings"] = [vars(rating) for rating in ratings]
    content["checksum"] = checksum(key.study, rater, ratings)
    path = folders / f"{rater}.json"
    path.write_text(json.dumps(content))
    return path


def test_a_study_is_built_and_scored(folders, capsys):
    status, out, err = build(capsys, folders)
    assert (status, err) == (0, "")
    assert "9 pictures to rate (one, second, real)" in out
    paths = [write_result(folders, "kim", 2), write_result(folders, "lee", 3)]
    table = folders / "ratings.csv"
    status, out, _ = run(capsys, "score", folders / "study", *paths, "--json", "--out", table)
    assert status == 0
    summary = json.loads(out)
    assert summary["raters"] == 2
    assert {name: found["mean"] for name, found in summary["methods"].items()} == dict.fromkeys(
        ("one", "second", "real"), 2.5
    )
    rows = list(csv.DictReader(table.open()))
    assert len(rows) == 18
    assert {row["method"] for row in rows} == {"one", "second", "real"}
    status, out, _ = run(capsys, "score", folders / "study", *paths)
    assert status == 0
    assert "2 raters, Krippendorff's alpha" in out
    assert "6 repeated ratings: 1.00 the same" in out


def test_bad_input_ends_with_one_line_and_status_2(folders, capsys):
    assert build(capsys, folders)[0] == 0
    kim = write_result(folders, "kim", 2)
    kim.write_text(kim.read_text().replace('"score": 2', '"score": 5', 1))
    for arguments, message in (
        (("score", folders / "study", kim), "kim.json: expected content with checksum"),
        (("score", folders, kim), "key.json: expected a study's key.json, found no such file"),
        (
            ("build", folders / "one", "--real", folders / "xrays", "--out", folders / "a"),
            "found 5",
        ),
    ):
        status, _, err = run(capsys, *arguments)
        assert status == 2
        assert message in err
        assert len(err.splitlines()) == 1
    assert not (folders / "a").exists()
    status, _, err = build(capsys, folders)
    assert status == 2
    assert "study: expected a new folder" in err


def test_two_methods_of_one_name_are_refused(folders, capsys):
    same = (folders / "one", f"one={folders}/two")
    out = ("--real", folders / "xrays", "--out", folders / "a")
    status, _, err = run(capsys, "build", *same, *out)
    assert status == 2
    assert "NAME=FOLDER" in err


def test_a_study_loads_no_tensorflow(folders):
    arguments = ["study", "build", str(folders / "one"), "--real", str(folders / "xrays")]
    arguments += ["--per-method", "2", "--out", str(folders / "study")]
    code = (
        "import sys; from ct2xkeras.cli.main import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit as stop: assert not stop.code\n"
        "sys.exit('loaded' if 'tensorflow' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
