import json

import numpy as np
import pytest

from ct2xkeras.cli.main import main
from ct2xkeras.pictures import write_png16


@pytest.fixture
def folders(tmp_path, rng):
    """Pictures, their DRRs and 6 real radiographs."""
    for name, num in (("peer", 6), ("drr", 6), ("real", 8)):
        for index in range(num):
            smooth = np.kron(rng.uniform(-1, 1, (8, 8)), np.ones((8, 8)))
            write_png16(tmp_path / name / f"{index}.png", smooth)
    return tmp_path


def evaluate(capsys, *arguments, status=0):
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", *map(str, arguments)])
    captured = capsys.readouterr()
    assert (stop.value.code or 0) == status, captured.err
    return captured.err if status else captured.out


def test_a_peers_folder_is_scored_and_recorded(folders, capsys):
    log = folders / "log.jsonl"
    options = ("--against", folders / "real", "--drr", folders / "drr", "--cases", 6, "--out", log)
    out = evaluate(capsys, folders / "peer", *options, "--json")
    record = json.loads(out)
    (kid,) = (spec for spec in record if spec.startswith("kid[pixels32,n=6,against="))
    assert record["intervals"][kid][0] < record[kid] < record["intervals"][kid][1]
    assert record["settings"]["versions"].keys() >= {"ct2xkeras", "numpy"}
    assert json.loads(log.read_text()) == record
    out = evaluate(capsys, folders / "peer", *options)
    assert "structure[gradient-correlation,n=6]" in out  # brackets are no markup
    assert "Not measured: view-displacement, style" in out
    assert len(log.read_text().splitlines()) == 2


def test_pictures_that_are_their_drrs_keep_all_structure(folders, capsys):
    options = ("--drr", folders / "peer", "--metric", "structure", "--json")
    record = json.loads(evaluate(capsys, folders / "peer", *options))
    assert record["structure[gradient-correlation,n=6]"] == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--against", "real"), "found 6 and 8. --cases 6 draws as many"),
        (("--against", "nothing"), "nothing: expected a radiograph"),
        (("--metric", "kid"), "kid; needed: real radiographs (--against"),
        (("--metric", "kidd"), "did you mean kid?"),
        (("--extractor", "pixels3"), "did you mean pixels32?"),
        (("--extractor", "squeezenet-keras"), "weights import"),
        (("--checkpoint", "best"), "is no run folder"),
        (("--data", "real"), "is a folder of pictures: leave --data out"),
        ((), "Nothing could be measured"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_do(folders, capsys, arguments, message):
    arguments = [folders / a if a in ("real", "nothing") else a for a in arguments]
    err = evaluate(capsys, folders / "peer", *arguments, status=2)
    assert message in " ".join(err.replace("│", " ").split())
