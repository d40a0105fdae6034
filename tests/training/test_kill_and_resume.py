"""A training that is killed and resumed ends like one that was not."""

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from small_runs import assert_equal_to_the_bit, command, finish, start

IMAGES = 48
#: Kills by the clock; CT2XKERAS_KILLS=20 is the full proof, which CI has no time for.
KILLS = int(os.environ.get("CT2XKERAS_KILLS", "10"))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data") / "tiny"


@pytest.fixture(scope="module")
def undisturbed(data, tmp_path_factory):
    run = tmp_path_factory.mktemp("undisturbed") / "run"
    finish(start(command(data, run, **{"training.images": IMAGES})))
    return run


def kill_after_a_while(process, run, seconds):
    """SIGKILL some seconds after the training of this process began; whether it was in time."""
    noted = run / "state.json"
    while process.poll() is None:
        if noted.exists() and f'"pid": {process.pid},' in noted.read_text():
            time.sleep(seconds)
            break
        time.sleep(0.05)
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_kills_at_random_times_change_nothing(data, undisturbed, tmp_path):
    chance, run, kills = random.Random(0), tmp_path / "run", 0
    arguments = command(data, run, **{"training.images": IMAGES})
    longest = 10.0
    for _ in range(KILLS):
        in_time = kill_after_a_while(start(arguments), run, chance.uniform(0, longest))
        kills += in_time
        if not in_time:  # it had ended before: begin again, and kill earlier
            assert_equal_to_the_bit(run, undisturbed)
            run = tmp_path / f"run{kills}"
            arguments = command(data, run, **{"training.images": IMAGES})
            longest /= 2
    assert kills
    finish(start(arguments))
    assert_equal_to_the_bit(run, undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["data", "state"])
def test_a_kill_inside_a_checkpoint_write_changes_nothing(point, data, undisturbed, tmp_path):
    run = tmp_path / "run"
    arguments = command(data, run, **{"training.images": IMAGES})
    program = [sys.executable, str(Path(__file__).with_name("dying_writes.py")), point]
    dying = start([*program, *arguments[3:]])
    assert dying.communicate(timeout=500)
    assert dying.returncode == -signal.SIGKILL
    assert (run / "checkpoints" / "images-4.index").exists()
    finish(start(arguments))
    assert_equal_to_the_bit(run, undisturbed)
