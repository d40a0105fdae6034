"""A small bench file and a stand-in for its work."""

import json

from ct2xkeras.bench.processes import WorkFailedError, WrongInputError
from ct2xkeras.training.run_state import FINISHED, STOPPED, TRAINING, write_state

KID, STRUCTURE = "kid[pixels32,n=4]", "structure[gradient-correlation,n=4]"
RECIPE = "name: base\ndata: {phantoms: {cts: 3}}\ntraining: {images: 64}\n"
BENCH = """\
title: Two methods
minutes: 2
seeds: [0, 1]
evaluation: {cases: 4, metrics: [kid, structure]}
set:
  training: {log_every: 8}
methods:
  - {name: ours, recipe: base.yaml}
  - name: field
    recipe: base.yaml
    set: {model: {method: pi-gan}}
"""


class FakeWork:
    """Notes what it is asked for and answers with numbers made of seed and method.

    Args:
        failing: {(method, seed): "train" or a variant} of what fails; "input" for a training that
            is given what is wrong.
        interrupt: (method, seed) whose training is interrupted half-way, once.
    """

    def __init__(self, failing=(), interrupt=None):
        self.failing, self.interrupt = dict(failing), interrupt
        self.done = []
        self.recipes = {}
        self.page = None

    def prepare(self, recipe, evaluation):
        self.data = recipe.data

    def train(self, recipe, run):
        key = self._key(run)
        self.done.append(("train", *key))
        self.recipes[key] = recipe
        if self.failing.get(key) == "input":
            run.path.parent.mkdir(parents=True, exist_ok=True)  # all that is left of it
            raise WrongInputError("replicas do not divide the batch.")
        if not run.exists:
            run.create(recipe)
        write_state(run, TRAINING, 0, recipe.training.images)
        if self.failing.get(key) == "train":
            raise WorkFailedError("Training diverged.")
        stopped = key == self.interrupt
        images = 32 if stopped else 64
        (run.checkpoints / f"images-{images}.index").touch()
        line = {"kind": "train", "images": images, "images_per_second": 1.0}
        run.metrics_file.write_text(json.dumps(line) + "\n")
        write_state(run, STOPPED if stopped else FINISHED, images, 64, "SIGINT" if stopped else "")
        if stopped:
            self.interrupt = None
            raise KeyboardInterrupt

    def evaluate(self, run, evaluation, variant):
        method, seed = key = self._key(run)
        self.done.append(("evaluate", *key, variant))
        if self.failing.get(key) == variant:
            raise WorkFailedError("Nothing could be measured.")
        values = {KID: 0.1 * (1 + seed), "kid-of-drr[pixels32,n=4]": 0.9}
        if variant != "no patient":
            values[STRUCTURE] = 0.5 if method == "ours" else 0.25
        return {"values": values, "intervals": {}, "notes": [], "settings": {}}

    def write_page(self, path, title, runs, over_seeds, cases):
        self.page = {"runs": runs, "over_seeds": over_seeds, "cases": cases}

    @staticmethod
    def _key(run):
        return run.path.parent.name, int(run.path.name.removeprefix("seed_"))
