import json

import pytest

from ct2xkeras.cli.main import main
from ct2xkeras.doctor import packages
from ct2xkeras.doctor.finding import BROKEN, Finding


def doctor(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["doctor", "--no-self-test", *arguments])
    captured = capsys.readouterr()
    return stop.value.code or 0, captured.out, captured.err


def test_each_check_is_a_line(capsys):
    status, out, err = doctor(capsys)
    assert (status, err) == (0, "")
    for name in (
        "Python",
        "packages",
        "TensorFlow",
        "GPU",
        "memory",
        "disk",
        "[dicom]",
        "[serving]",
    ):
        assert sum(line.split()[1:2] == [name] for line in out.splitlines()) == 1


def test_what_is_broken_ends_with_status_1_and_its_mend(capsys, monkeypatch):
    broken = Finding("Python", BROKEN, "too old", "use another Python")
    monkeypatch.setattr(packages, "check_python", lambda: broken)
    status, out, _ = doctor(capsys)
    assert status == 1
    assert "use another Python" in out
    assert "works" not in out
    status, out, _ = doctor(capsys, "--json")
    found = json.loads(out)
    assert (status, found["ok"]) == (1, False)
    assert found["checks"][0]["mend"] == "use another Python"
