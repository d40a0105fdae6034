"""A long training needs no more memory than a short one."""

import json
import os

import pytest
from small_runs import command, finish, start

#: The full proof has 2000.
STEPS = int(os.environ.get("CT2XKERAS_STEPS", "2000"))
LEAST = {
    "training.volumes_per_batch": 1,
    "training.log_every": 100,
    "training.sample_every": 500,
    "training.checkpoint_every": 500,
    "training.images": STEPS,
}


@pytest.mark.slow
@pytest.mark.timeout(1600)
def test_many_steps_need_what_200_do(tmp_path):
    run = tmp_path / "run"
    finish(start(command(tmp_path / "data", run, **LEAST)))
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    memory = {line["images"]: line["memory_gb"] for line in lines if line["kind"] == "train"}
    # The first checkpoint and pictures load what writes them: from 600 on nothing is new.
    assert memory[STEPS] - memory[600] < 0.03
    assert memory[STEPS] - memory[200] < 0.2
