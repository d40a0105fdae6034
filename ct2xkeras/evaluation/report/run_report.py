"""Everything that a report says of one run."""

from dataclasses import dataclass
from typing import Any

from ct2xkeras.evaluation.report import facts, history
from ct2xkeras.training.listing import RunSummary, log_lines, summarize_run
from ct2xkeras.training.run_folder import RunError, RunFolder


@dataclass(frozen=True)
class RunReport:
    """One run, read.

    Args:
        name: of the folder.
        summary: state and progress.
        recipe: its recipe, or None where it cannot be read.
        recipe_text: the file's text.
        lines: of metrics.jsonl.
        metrics: {spec: `Measured`}, the newest of each.
        gallery: a `Gallery`, or None.
        notes: what could not be read or made.
    """

    name: str
    run: RunFolder
    summary: RunSummary
    recipe: Any
    recipe_text: str
    lines: list
    metrics: dict
    gallery: Any
    notes: list

    @property
    def state_text(self):
        return facts.state_text(self.summary)

    @property
    def recipe_facts(self):
        return facts.recipe_facts(self.recipe, self.summary) if self.recipe else []

    @property
    def data_directory(self):
        return self.run.data_directory(self.recipe) if self.recipe else self.run.path / "data"

    @property
    def data_facts(self):
        return facts.data_facts(self.data_directory)

    @property
    def version_facts(self):
        return facts.version_facts(self.run)


def read_run(path, make_gallery=None):
    """A `RunReport` of a run folder in whatever state.

    Args:
        make_gallery: gives the `Gallery` of a `RunFolder` and its recipe; None leaves pictures out.

    Raises:
        RunError: it is no run folder.
    """
    run = RunFolder(path)
    if not run.exists:
        run.load_recipe()  # says what it should be
    summary = summarize_run(path)
    notes = list(summary.notes)
    recipe = _noting(notes, "The recipe cannot be read", run.load_recipe)
    gallery = None
    if recipe and make_gallery:
        gallery = _noting(notes, "No pictures", make_gallery, run, recipe)
    lines = log_lines(run, [])
    return RunReport(
        name=run.path.resolve().name,
        run=run,
        summary=summary,
        recipe=recipe,
        recipe_text=run.recipe_file.read_text(encoding="utf-8", errors="replace"),
        lines=lines,
        metrics=history.newest_metrics(lines),
        gallery=gallery,
        notes=list(dict.fromkeys(notes)),
    )


def _noting(notes, what, function, *arguments):
    """A function's value; where it fails, None and a note: the rest of a page is shown anyway."""
    try:
        return function(*arguments)
    except Exception as error:  # of old checkpoints, damaged files, other versions: of any kind
        notes.append(f"{what}: {' '.join(str(error).split()) or type(error).__name__}")
        return None


def check_different(paths):
    """Refuses the same run twice.

    Raises:
        RunError: one is given twice.
    """
    resolved = [RunFolder(path).path.resolve() for path in paths]
    for path in resolved:
        if resolved.count(path) > 1:
            raise RunError(f"{path}: is given twice. Give each run once.")
