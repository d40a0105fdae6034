"""The bench folder: everything that one bench leaves behind."""

import contextlib
import shutil
from pathlib import Path

from pydantic import ValidationError

from ct2xkeras.bench.results import Results
from ct2xkeras.bench.schema import BenchEvaluation
from ct2xkeras.files import write_text
from ct2xkeras.recipe import Recipe, recipe_differences
from ct2xkeras.recipe.section import Section
from ct2xkeras.training.run_folder import RunError, RunFolder

SHOWN_DIFFERENCES = 8


class Begun(Section):
    """What a bench was begun with, as far as results depend on it; methods may be added."""

    minutes: float
    evaluation: BenchEvaluation
    recipes: dict[str, Recipe]


class BenchFolder:
    """Paths of one bench.

    bench.json (what it was begun with), data/, runs/METHOD/seed_K/ (run folders), results.jsonl (a
    line for each thing done), table.md, results.json, report.html.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.begun_file = self.path / "bench.json"
        self.data = self.path / "data"
        self.runs = self.path / "runs"
        self.results_file = self.path / "results.jsonl"
        self.table_file = self.path / "table.md"
        self.summary_file = self.path / "results.json"
        self.page_file = self.path / "report.html"

    def run(self, method, seed):
        """The `RunFolder` of one training."""
        return RunFolder(self.runs / method / f"seed_{seed}")

    def begin(self, loaded):
        """Note what a bench says, or refuse to go on with one that says something else.

        Args:
            loaded: a `LoadedBench`.

        Raises:
            RunError: names the fields that differ; or the folder holds something else.
        """
        bench = loaded.bench
        now = Begun(minutes=bench.minutes, evaluation=bench.evaluation, recipes=loaded.recipes)
        before = self._read()
        if before:
            self._refuse_changes(before, now)
            kept = {n: r for n, r in before.recipes.items() if self._has_runs(n)}
            now = now.model_copy(update={"recipes": kept | now.recipes})
        write_text(self.begun_file, now.model_dump_json(indent=2) + "\n")

    @contextlib.contextmanager
    def beginning(self, loaded):
        """As `begin`; wrong input that ends the block leaves the folder as it was before.

        Only finished parts of the data set stay, and what it takes to go on from them.
        """
        before = self.begun_file.read_bytes() if self.begun_file.exists() else None
        self.begin(loaded)
        try:
            yield
        except (ValueError, OSError):
            if before is not None:
                self.begun_file.write_bytes(before)
            elif not any(self.data.rglob("*.tfrecord")):
                shutil.rmtree(self.data, ignore_errors=True)
                self.begun_file.unlink()
                with contextlib.suppress(OSError):  # something else is in it
                    self.path.rmdir()
            raise

    def _read(self):
        if self.begun_file.exists():
            try:
                return Begun.model_validate_json(self.begun_file.read_text(encoding="utf-8"))
            except ValidationError:
                problem = "cannot be read, or is of another version"
                raise RunError(f"{self.begun_file}: {problem}. {self._mend()}") from None
        if self.path.exists() and any(self.path.iterdir()):
            raise RunError(
                f"{self.path}: is there already and is no bench. Choose another folder with --out."
            )
        return None

    def _refuse_changes(self, before, now):
        changed = [
            f"{field}: {old} in the folder, {new} now"
            for field, old, new in recipe_differences(before, now, self._free(before, now))
            if not field.endswith(".description")
        ]
        if changed:
            more = len(changed) - SHOWN_DIFFERENCES
            shown = changed[:SHOWN_DIFFERENCES] + ([f"and {more} more"] if more > 0 else [])
            raise RunError(
                f"{self.path}: was begun by another bench ({'; '.join(shown)}). {self._mend()}"
            )

    def _free(self, before, now):
        """Fields on which nothing depends that is still there."""
        added = before.recipes.keys() ^ now.recipes.keys()
        gone = {name for name in before.recipes if not self._has_runs(name)}
        free = [f"recipes.{name}" for name in sorted(added | gone)]
        outcomes = Results(self.results_file).outcomes().values()
        free += [] if any(outcome.evaluations for outcome in outcomes) else ["evaluation"]
        free += [] if self._has_runs("*") else ["minutes"]
        return free

    def _has_runs(self, method):
        """Whether runs of a method are there; those that wrong input ended left an empty folder."""
        return any(self.runs.glob(f"{method}/*"))

    def _mend(self):
        return (
            f"Bench into another folder with --out; or remove {self.runs / 'METHOD'} to train "
            f"a method again, {self.results_file} to measure all again."
        )
