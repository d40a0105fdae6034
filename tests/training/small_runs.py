"""Trainings of a tiny model through the command line, for tests that kill them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

RECIPE = Path(__file__).parents[2] / "recipes" / "quickstart.yaml"
SETTINGS = {
    "model.preset": "tiny",
    "data.phantoms": "{cts: 3, xrays: 6}",
    "data.poses_per_ct": 4,
    "training.volumes_per_batch": 2,
    "training.views_per_volume": 1,
    "training.log_every": 8,
    "training.sample_every": 400,
    "training.checkpoint_every": 4,
    "evaluation.cases": 4,
}


def command(data, out, **settings):
    """The command line that trains the quickstart at reduced size."""
    values = SETTINGS | {"data.directory": data} | settings
    overrides = [part for key, value in values.items() for part in ("--set", f"{key}={value}")]
    program = [sys.executable, "-m", "ct2xkeras", "train", str(RECIPE), "--out", str(out)]
    return [*program, *overrides]


def start(arguments, **environment):
    # Sums in one order, so that two trainings can be compared to the bit.
    environment = os.environ | {"TF_DETERMINISTIC_OPS": "1"} | environment
    return subprocess.Popen(
        arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(process):
    """The output of a process that ended well; it does not outlive a test that gives up."""
    with process:
        try:
            output = process.communicate(timeout=1500)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert process.returncode == 0, output[-2000:]
    return output


def newest_variables(run):
    """{name: value} of the newest checkpoint of a run."""
    reader = tf.train.load_checkpoint(str(run / "checkpoints"))
    names = [name for name in reader.get_variable_to_shape_map() if ".ATTRIBUTES" in name]
    return {name: np.asarray(reader.get_tensor(name)) for name in names}


def assert_equal_to_the_bit(run, other):
    first, second = newest_variables(run), newest_variables(other)
    assert first.keys() == second.keys()
    assert len(first) > 300
    for name, value in first.items():
        if name != "save_counter/.ATTRIBUTES/VARIABLE_VALUE":  # how often, not what
            np.testing.assert_array_equal(value, second[name], err_msg=name)
