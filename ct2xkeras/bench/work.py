"""The parts of a bench that need TensorFlow, each done in a process of its own."""

from ct2xkeras.bench import jobs
from ct2xkeras.bench.processes import in_own_process


class Work:
    """What a bench has done for it, see `ct2xkeras.bench.jobs`.

    Args:
        quiet: whether no progress is shown.
    """

    def __init__(self, quiet=False):
        self.quiet = quiet

    def prepare(self, recipe, evaluation):
        values = (part.model_dump(mode="json") for part in (recipe, evaluation))
        in_own_process(jobs.prepare, *values, self.quiet)

    def train(self, recipe, run):
        values = recipe.model_dump(mode="json")
        in_own_process(jobs.train_run, values, str(run.path), self.quiet)

    def evaluate(self, run, evaluation, variant):
        values = evaluation.model_dump(mode="json")
        return in_own_process(jobs.evaluate_run, str(run.path), values, variant)

    def write_page(self, path, title, runs, over_seeds, cases):
        in_own_process(jobs.write_page, str(path), title, runs, over_seeds, cases)
