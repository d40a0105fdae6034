"""Commands load TensorFlow by `quiet_tensorflow` alone: else its libraries print a dozen lines."""

import subprocess
import sys

import pytest

QUIET = 42  # exit status where TensorFlow is loaded with its logs off
WATCH = f"""
import os, sys
QUIET = {QUIET}
from ct2xkeras.cli.main import main

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in ("tensorflow", "keras"):
            quiet = os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "3"
            os._exit(QUIET if quiet else 0)

sys.meta_path.insert(0, Watch())
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def ct(save_phantom, tmp_path_factory):
    return save_phantom(tmp_path_factory.mktemp("quiet") / "ct.nii.gz")


@pytest.mark.parametrize(
    "line",
    [
        "drr CT --view pa --out OUT",
        "drr CT --view pa --physics kvp=80 --out OUT",
        "synthesize CT --model chest --view pa --out OUT",
        "train quickstart --out OUT",
        "prepare quickstart --out OUT",
        "info model tiny",
        "doctor",
    ],
)
def test_a_command_that_loads_tensorflow_does_so_quietly(line, ct, tmp_path, monkeypatch):
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    monkeypatch.chdir(tmp_path)
    places = {"CT": str(ct), "OUT": str(tmp_path / "out")}
    words = [places.get(word, word) for word in line.split()]
    done = subprocess.run([sys.executable, "-c", WATCH, *words], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (QUIET, "")
