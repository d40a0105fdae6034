"""Every ablation trains: its own loss weights and architecture, at the smallest sizes."""

import json
import math
import os
from pathlib import Path

import pytest
from rich.console import Console

from ct2xkeras.recipe import load_recipe
from ct2xkeras.training.run_folder import RunFolder
from ct2xkeras.training.train import train

ABLATIONS = sorted((Path(__file__).parents[2] / "recipes" / "ablations").glob("*.yaml"))
IN_CI = ("no_consistency", "no_style_decoupling")
STEPS = int(os.environ.get("CT2XKERAS_ABLATION_STEPS", "200"))
TINY = (
    "model.preset=tiny",
    "data.phantoms={cts: 3, xrays: 6}",
    "data.poses_per_ct=8",
    "training.volumes_per_batch=2",
    "training.views_per_volume=2",
    f"training.images={4 * STEPS}",
    "training.log_every=400",
    "training.sample_every=100000",
    "training.checkpoint_every=100000",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """One data set for all: the first that trains builds it, the others find it."""
    return tmp_path_factory.mktemp("data") / "phantoms"


@pytest.mark.parametrize(
    "path",
    [
        # CI has time for the two that leave most of the networks out.
        pytest.param(path, marks=pytest.mark.slow if path.stem in IN_CI else pytest.mark.long)
        for path in ABLATIONS
    ],
    ids=lambda path: path.stem,
)
def test_an_ablation_trains_and_stays_finite(path, data, tmp_path):
    recipe = load_recipe(path, [*TINY, f"data.directory={data}"])
    run = RunFolder(tmp_path / "run")
    assert train(recipe, run, Console(quiet=True)).images == 4 * STEPS
    lines = [json.loads(line) for line in run.metrics_file.read_text().splitlines()]
    assert lines[-1]["images"] == 4 * STEPS
    numbers = [v for line in lines for v in line.values() if isinstance(v, float)]
    assert all(map(math.isfinite, numbers))
