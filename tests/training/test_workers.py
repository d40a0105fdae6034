"""Two workers by the command line: one is lost, the other says so, and both go on."""

import json
import re
import time

import pytest
from small_runs import command, finish, newest_variables, start
from test_replicas import free_ports


def start_workers(arguments):
    hosts = [f"127.0.0.1:{port}" for port in free_ports(2)]
    configs = (
        {"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index}}
        for index in range(2)
    )
    return [start(arguments, TF_CONFIG=json.dumps(config)) for config in configs]


def wait_for_a_checkpoint(run, processes):
    while not list((run / "checkpoints").glob("images-*.index")):
        assert all(process.poll() is None for process in processes), processes[0].communicate()
        time.sleep(0.2)


@pytest.mark.slow
def test_a_lost_worker_is_named_and_both_go_on_from_the_last_checkpoint(tmp_path):
    run, several = tmp_path / "run", {"training.strategy": "multi_worker"}
    arguments = command(tmp_path / "data", run, **several, **{"training.images": 4000})
    workers = start_workers(arguments)
    wait_for_a_checkpoint(run, workers)
    workers[1].kill()
    workers[1].communicate()
    lost = time.monotonic()
    output = workers[0].communicate(timeout=120)[0]
    assert time.monotonic() - lost < 60
    assert workers[0].returncode == 1
    message = r"Error: Lost the connection to another worker\. The last checkpoint is good"
    assert re.search(message, " ".join(output.split()))
    state = json.loads((run / "state.json").read_text())
    assert state["state"] == "failed"
    assert "another worker" in state["reason"]

    before = max(int(path.stem[7:]) for path in (run / "checkpoints").glob("images-*.index"))
    target = 8 * (before // 8 + 2)
    again = command(tmp_path / "data", run, **several, **{"training.images": target})
    first, second = map(finish, start_workers(again))
    assert f"Trained on {target} images" in first
    assert f"Done after {target} images" in second
    seen = [value for name, value in newest_variables(run).items() if "images_seen" in name]
    assert seen == [target]
