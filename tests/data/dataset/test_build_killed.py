"""A build that is killed again and again ends as one that was not."""

import hashlib
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RECIPE = """\
name: killed
data:
  ct: ["{folder}/ct*.nii.gz"]
  xray: ["{folder}/xray*.png"]
  poses_per_ct: 24
  pose_prior: {{footprint: [60, 120]}}
"""


def prepare(recipe, out, workers):
    command = [sys.executable, "-m", "tfrecords_tools.build", str(recipe), "--out", str(out)]
    command += ["--set", "model.preset=tiny", "--workers", str(workers)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def hashes(folder) -> dict[str, str]:
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def orphans(out) -> list[str]:
    """Processes that still work for a build."""
    listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if str(out) in line and "defunct" not in line]


@pytest.mark.slow
def test_ten_kills_at_random_moments_leave_no_trace(sources, tmp_path):
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE.format(folder=sources))
    start = time.monotonic()
    undisturbed = prepare(recipe, tmp_path / "undisturbed", workers=1)
    assert undisturbed.wait() == 0, undisturbed.stderr.read()
    whole = time.monotonic() - start
    out, chance, kills = tmp_path / "out", random.Random(0), 0
    while kills < 10:
        build = prepare(recipe, out, workers=1 + kills % 2)
        try:
            build.wait(chance.uniform(0.3, 1.1) * whole)
            assert build.returncode == 0, build.stderr.read()
            (out / "dataset_info.json").unlink()  # so that there is something to do again
        except subprocess.TimeoutExpired:
            build.send_signal(signal.SIGKILL)
            build.wait()
            kills += 1
    final = prepare(recipe, out, workers=1)
    assert final.wait() == 0, final.stderr.read()
    assert hashes(out) == hashes(tmp_path / "undisturbed")
    time.sleep(2)
    assert orphans(out) == []
