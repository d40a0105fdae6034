import os

import pytest

from ct2xkeras.training.failures import TrainingFailedError
from ct2xkeras.training.run_folder import RunFolder
from ct2xkeras.training.run_state import is_alive, read_state, refuse_second, write_state

DEAD = 2**22 + 1  # beyond the largest process number


def test_a_state_is_read_back(tmp_path):
    run = RunFolder(tmp_path)
    write_state(run, "stopped", 8, 16, reason="SIGTERM", rollbacks=2)
    state = read_state(run)
    found = {key: state[key] for key in ("state", "images", "total", "reason", "rollbacks", "pid")}
    assert found == {
        "state": "stopped",
        "images": 8,
        "total": 16,
        "reason": "SIGTERM",
        "rollbacks": 2,
        "pid": os.getpid(),
    }


@pytest.mark.parametrize("text", [None, "", "{", "[]"])
def test_no_state_is_no_error(tmp_path, text):
    run = RunFolder(tmp_path)
    if text is not None:
        run.state_file.write_text(text)
    assert read_state(run) is None
    assert not is_alive(None)


def test_two_trainings_of_one_run_are_refused(tmp_path, monkeypatch):
    run = RunFolder(tmp_path)
    write_state(run, "training", 0, 16)
    refuse_second(run)  # its own
    monkeypatch.setattr(os, "getpid", lambda: DEAD)
    with pytest.raises(TrainingFailedError, match=r"process \d+ is training it.*--out"):
        refuse_second(run)
    write_state(run, "training", 0, 16)
    assert not is_alive(read_state(run))
    refuse_second(run)
