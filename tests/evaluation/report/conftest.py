import json

import numpy as np
import pytest
from report_samples import LINES

from ct2xkeras.evaluation.report.figures import Case, picture
from ct2xkeras.evaluation.report.gallery import Gallery
from ct2xkeras.recipe import Recipe
from ct2xkeras.training.run_folder import RunFolder


@pytest.fixture
def make_run(tmp_path):
    """Writes a run folder by hand: recipe, log and state; no checkpoint and no data set."""

    def make(name, lines=LINES, state=None, **losses):
        run = RunFolder(tmp_path / name)
        recipe = Recipe.model_validate(
            {"name": name, "data": {"phantoms": {"cts": 3}}, "losses": losses}
        )
        run.create(recipe)
        run.metrics_file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        if state:
            noted = {"state": state, "images": 8, "total": 16, "reason": "SIGKILL"}
            noted |= {"pid": 2**22 + 1, "host": "elsewhere", "rollbacks": 0, "time": "2026-01-01"}
            run.state_file.write_text(json.dumps(noted))
        return run.path

    return make


@pytest.fixture
def gallery():
    """Pictures of noise in the place of those of networks."""
    rng = np.random.default_rng(0)

    def noise(text):
        return picture(rng.uniform(-1, 1, (16, 16, 1)), text)

    def cases():
        return [
            Case(why, f"distance {n}", "CT 1, 0° LAO, 0° CRA", [noise("DRR"), noise("X^")])
            for n, why in enumerate(("best", "median", "worst"))
        ]

    pairs = [(noise(f"X^ at {angle}°"), noise("DRR")) for angle in range(-90, 91, 15)]
    return Gallery(cases(), cases(), "pixels32", pairs, pairs[:8], 12)
