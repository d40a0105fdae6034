"""The course of a bench: data, then training and evaluation of each run, tables and page."""

from ct2xkeras.bench.budget import has_ended, minutes_of
from ct2xkeras.bench.loading import recipe_of_run
from ct2xkeras.bench.processes import WorkFailedError, WrongInputError
from ct2xkeras.bench.results import TRAINING, Results
from ct2xkeras.bench.summary import floor_warnings, summarize
from ct2xkeras.bench.tables import representative_seeds, tables_of
from ct2xkeras.bench.variants import variants_of
from ct2xkeras.bench.work import Work
from ct2xkeras.bench.writing import conditions, notes_of, write_summary, write_table
from ct2xkeras.training.listing import newest_checkpoint
from ct2xkeras.training.run_folder import RunError

PAGE_CASES = 16  # a search for each patient takes its time


class BenchFailedError(RuntimeError):
    """Some runs failed; the others are in the tables."""

    is_explained = True  # the command line prints the message alone


class BenchInputError(BenchFailedError, ValueError):
    """No run could be trained, since none fits what it was given."""


def run_bench(loaded, folder, only=(), seeds=(), pictures=True, say=print, work=None):
    """Do all of a bench that is not done yet.

    Args:
        loaded: a `LoadedBench`.
        folder: a `BenchFolder`, of this bench if it exists.
        only: names of methods; empty for all.
        seeds: some of the bench's; empty for all.
        pictures: whether the page shows pictures, which take a minute a method and more.
        say: called with a line about what is done.
        work: in the place of `Work`.

    Raises:
        RunError: the folder is of another bench, or there is no such method or seed.
        WrongInputError: the data set cannot be made of what the recipes say.
        BenchFailedError: at the end, names the runs that failed; a `BenchInputError` where wrong
            input kept all of them from being trained.
        KeyboardInterrupt: it was told to stop; the same call goes on.
    """
    _check_known("--only", only, loaded.recipes)
    _check_known("--seeds", seeds, loaded.bench.seeds)
    course = _Course(loaded, folder, say, work or Work())
    runs = [
        (name, seed)
        for seed in loaded.bench.seeds  # a first table of all methods comes early
        for name in loaded.recipes
        if (not only or name in only) and (not seeds or seed in seeds)
    ]
    course.begin(runs)
    for number, run in enumerate(runs, start=1):
        course.go_through(run, f"[{number}/{len(runs)}] {run[0]}, seed {run[1]}")
    course.write_page(pictures)
    failures = course.failures(runs)
    if failures:
        kind = BenchInputError if course.misfits == set(runs) else BenchFailedError
        raise kind(f"{len(failures)} of {len(runs)} runs failed: {'; '.join(failures)}")


def _check_known(option, names, known):
    for name in names:
        if name not in known:
            raise RunError(
                f"{option}: expected some of {', '.join(map(str, known))}, found {name}."
            )


class _Course:
    """One call's way through a bench."""

    def __init__(self, loaded, folder, say, work):
        self.loaded, self.bench = loaded, loaded.bench
        self.folder, self.say, self.work = folder, say, work
        self.results = Results(folder.results_file)
        self.misfits = set()  # runs that wrong input kept from being trained

    def begin(self, runs):
        with self.folder.beginning(self.loaded):
            minutes = f"{self.bench.minutes:g} minutes"
            self.say(f"{self.folder.path}: {len(runs)} runs, each trained for at most {minutes}")
            name, seed = runs[0]
            self.work.prepare(self._recipe(name, seed), self.bench.evaluation)

    def go_through(self, run, title):
        """Train and evaluate one run, as far as that is not done; failures are noted."""
        stages = [(TRAINING, self._train)]
        recipe = self.loaded.recipes[run[0]]
        for variant in variants_of(recipe, self.bench.evaluation):
            stages.append((variant, self._evaluate))
        for stage, act in stages:
            try:
                act(run, stage, title)
            except WorkFailedError as error:
                self.results.failed(run, stage, str(error), error.trace)
                self.say(f"{title}: {stage or 'evaluation'} failed: {error}")
                if stage == TRAINING:
                    self.misfits |= {run} if isinstance(error, WrongInputError) else set()
                    break
        self._write_tables()

    def outcomes(self):
        """Of the bench's runs that are there still: {(method, seed): Outcome}."""
        return {
            run: outcome
            for run, outcome in self.results.outcomes().items()
            if run[0] in self.loaded.recipes
            and run[1] in self.bench.seeds
            and (self.folder.run(*run).exists or not outcome.is_trained)
        }

    def failures(self, runs):
        found = self.outcomes()
        return [
            f"{run[0]} seed {run[1]} ({stage or 'evaluation'}): {reason}"
            for run in runs
            for stage, reason in (found[run].failures.items() if run in found else ())
        ]

    def write_page(self, pictures):
        outcomes = self.outcomes()
        over_seeds = self._write_tables()
        runs = {
            f"{name}, seed {seed}": str(self.folder.run(name, seed).path)
            for name, seed in representative_seeds(outcomes, self.loaded.recipes).items()
        }
        if runs:
            path, title = self.folder.page_file, self.bench.title
            cases = min(PAGE_CASES, self.bench.evaluation.cases) if pictures else 0
            self.work.write_page(path, title, runs, over_seeds, cases)
            self.say(f"{self.folder.table_file}, {path}")

    def _recipe(self, name, seed, minutes=None):
        recipe = self.loaded.recipes[name]
        data = recipe.data.directory or self.folder.data
        minutes = self.bench.minutes if minutes is None else minutes
        return recipe_of_run(recipe, seed, minutes, data, self.loaded.spec.seed)

    def _train(self, run, stage, title):
        outcome = self.outcomes().get(run)
        if outcome and outcome.is_trained:
            return
        folder = self.folder.run(*run)
        left = self.bench.minutes - minutes_of(folder)
        if not has_ended(folder) and left > 0:
            self.say(f"{title}: training for at most {left:.3g} minutes")
            self.work.train(self._recipe(*run, left), folder)
        images, minutes = newest_checkpoint(folder.checkpoints), minutes_of(folder)
        self.results.trained(run, images, minutes)
        self.say(f"{title}: {images} images in {minutes:.3g} minutes")

    def _evaluate(self, run, variant, title):
        outcome = self.outcomes()[run]
        if variant in outcome.evaluations:
            return
        self.say(f"{title}: evaluation{', ' if variant else ''}{variant}")
        record = self.work.evaluate(self.folder.run(*run), self.bench.evaluation, variant)
        self.results.evaluated(run, variant, record)

    def _write_tables(self):
        """Write what is known so far; gives what the page says of it."""
        outcomes = self.outcomes()
        rows, warnings = summarize(self.loaded, outcomes), floor_warnings(outcomes)
        tables = tables_of(rows)
        write_table(self.folder.table_file, self.loaded, rows, tables, warnings)
        write_summary(self.folder.summary_file, self.loaded, rows, warnings)
        notes = [*warnings, *notes_of(rows)]
        return {"conditions": conditions(self.loaded), "tables": tables, "notes": notes}
