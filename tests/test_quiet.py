"""TensorFlow and what it is made of warn nobody, unless they are asked to."""

import subprocess
import sys

import pytest

WARN = """
from ct2xkeras.quiet import quiet_tensorflow
quiet_tensorflow()
import tensorflow as tf
from absl import logging
tf.get_logger().warning("of TensorFlow's own")
logging.warning("of those who read SavedModels")
"""


@pytest.mark.parametrize(("level", "is_quiet"), [(None, True), ("0", False)])
def test_warnings_are_printed_only_where_logs_are_asked_for(monkeypatch, level, is_quiet):
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    if level:
        monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", level)
    done = subprocess.run([sys.executable, "-c", WARN], capture_output=True, text=True, check=True)
    assert ("of those who read SavedModels" not in done.stderr) is is_quiet
    assert ("of TensorFlow's own" not in done.stderr) is is_quiet
