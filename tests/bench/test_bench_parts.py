"""Parts of a bench by hand: time, sums over seeds, processes, the command."""

import json
import os
import signal
import threading
import time

import pytest
from bench_samples import KID, FakeWork

from ct2xkeras.bench.budget import minutes_trained
from ct2xkeras.bench.processes import WorkFailedError, WrongInputError, in_own_process
from ct2xkeras.bench.results import Outcome
from ct2xkeras.bench.summary import floor_warnings, over_seeds
from ct2xkeras.bench.tables import shown_over_seeds
from ct2xkeras.bench.work import Work
from ct2xkeras.cli.main import main


def line(images, rate):
    return {"kind": "train", "images": images, "images_per_second": rate}


def test_minutes_are_those_of_the_images_that_are_kept():
    lines = [line(60, 1.0), {"kind": "style", "images": 60}, line(120, 2.0), line(240, 4.0)]
    assert minutes_trained(lines, 240) == pytest.approx((60 + 30 + 30) / 60)
    assert minutes_trained(lines, 120) == pytest.approx(90 / 60)
    assert minutes_trained(lines, 130) == pytest.approx(95 / 60)  # 10 more, at 2 a second
    assert minutes_trained([], 0) == 0


def test_spread_is_the_standard_deviation_of_the_seeds():
    three = over_seeds([1.0, 2.0, 6.0])
    assert (three.mean, three.num) == (3.0, 3)
    assert three.std == pytest.approx(7**0.5)  # (4 + 1 + 9) / 2
    assert over_seeds([2.0]).std is None
    assert over_seeds([1.0, float("nan"), 3.0]).num == 2
    assert over_seeds([None]) is None


def test_a_cell_says_how_many_seeds_it_has_where_they_are_fewer():
    value = over_seeds([0.1, 0.2])
    assert shown_over_seeds(value, 2) == "0.1500 ± 0.0707"
    assert shown_over_seeds(value, 3) == "0.1500 ± 0.0707 (2)"
    assert shown_over_seeds(None) == "-"


def test_floors_that_differ_between_runs_are_told():
    spec = "kid-of-real[pixels32,n=4]"
    outcomes = {
        ("a", seed): Outcome(1, 1.0, {"": {spec: value}}) for seed, value in enumerate((0.1, 0.2))
    }
    assert floor_warnings(outcomes)[0].startswith(f"{spec} differs between runs (0.1 to 0.2)")
    assert not floor_warnings({("a", 0): outcomes["a", 0]})


def test_work_in_another_process_gives_its_value_or_says_why_not():
    assert in_own_process(os.path.join, "a", "b") == os.path.join("a", "b")
    with pytest.raises(WrongInputError, match="invalid literal for int") as failed:
        in_own_process(int, "one")
    assert "Traceback" in failed.value.trace
    with pytest.raises(WorkFailedError, match="TypeError: ") as failed:
        in_own_process(int, None)
    assert not isinstance(failed.value, ValueError)
    with pytest.raises(WorkFailedError, match="ended with status 3"):
        in_own_process(os._exit, 3)


def test_a_signal_that_is_ignored_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGHUP)).start()
        assert in_own_process(time.sleep, 1) is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_reaches_the_work_and_ends_both():
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
    start = time.monotonic()
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        in_own_process(time.sleep, 60)
    assert time.monotonic() - start < 30
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.fixture
def command(bench_file, folder, monkeypatch, capsys):
    def run(work, *arguments):
        for name in ("prepare", "train", "evaluate", "write_page"):
            monkeypatch.setattr(Work, name, staticmethod(getattr(work, name)))
        with pytest.raises(SystemExit) as stop:
            main(["bench", str(bench_file), "--out", str(folder.path), *map(str, arguments)])
        captured = capsys.readouterr()
        return stop.value.code or 0, captured.out, captured.err

    return run


def test_the_command_prints_what_it_does_and_its_numbers_as_json(command, folder):
    status, out, err = command(FakeWork(), "--seeds", 0)
    assert (status, err) == (0, "")
    assert "[1/2] ours, seed 0: training for at most 2 minutes" in out
    status, out, err = command(FakeWork(), "--json", "--no-pictures")
    assert (status, err) == (0, "")
    assert json.loads(out) == json.loads(folder.summary_file.read_text())
    assert KID in json.loads(out)["rows"][0]["cells"]


def test_the_status_says_that_a_run_failed_or_that_it_was_interrupted(command):
    status, _, err = command(FakeWork(interrupt=("ours", 0)))
    assert (status, err) == (130, "Stopped; the same command goes on.\n")
    status, _, err = command(FakeWork(failing={("field", 0): "train"}))
    assert status == 1
    assert err.startswith("Error: 1 of 4 runs failed: field seed 0 (training)")


def test_data_that_is_not_there_is_wrong_input_and_leaves_nothing(command, folder, monkeypatch):
    work = FakeWork()
    work.prepare = lambda recipe, evaluation: raise_wrong_input("cts: expected a CT, found none.")
    assert command(work)[::2] == (2, "Error: cts: expected a CT, found none.\n")
    assert not folder.path.exists()


def raise_wrong_input(reason):
    raise WrongInputError(reason)
