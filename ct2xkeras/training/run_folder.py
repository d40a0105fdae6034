"""The run folder: everything that one training leaves behind."""

import contextlib
import importlib.metadata
import json
import os
import platform
import shutil
from pathlib import Path

from ct2xkeras import __version__
from ct2xkeras.data.locations import is_remote
from ct2xkeras.files import replacing, write_text
from ct2xkeras.recipe import load_recipe, recipe_text
from ct2xkeras.recipe.differences import recipe_differences

RECORDED_PACKAGES = ("tensorflow", "keras", "tensorflow-probability", "numpy", "scipy", "nibabel")

FREE_TO_CHANGE = (
    "description",
    "training.images",
    "training.max_minutes",
    "training.log_every",
    "training.sample_every",
    "training.checkpoint_every",
    "training.keep_checkpoints",
    "training.strategy",
    "training.replicas",
    "training.steps_per_execution",
    "training.on_nan",
    "training.max_rollbacks",
    "training.loss_limit",
    "evaluation.cases",
    "evaluation.every",
    "evaluation.best_by",
    "evaluation.extractor",
)


class RunError(ValueError):
    """A run folder that cannot be used as asked."""


class RunFolder:
    """Paths of one run.

    recipe.yaml (resolved), started_in.txt, versions.json, state.json, data/ (unless the recipe
    keeps it elsewhere), checkpoints/ with best/, logs/ (TensorBoard), samples/, metrics.jsonl.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.recipe_file = self.path / "recipe.yaml"
        self.started_in_file = self.path / "started_in.txt"
        self.versions_file = self.path / "versions.json"
        self.state_file = self.path / "state.json"
        self.checkpoints = self.path / "checkpoints"
        self.best_checkpoint = self.checkpoints / "best"
        self.logs = self.path / "logs"
        self.samples = self.path / "samples"
        self.metrics_file = self.path / "metrics.jsonl"

    @property
    def exists(self):
        return self.recipe_file.exists()

    def load_recipe(self):
        """The resolved recipe of an existing run."""
        if not self.exists:
            raise RunError(
                f"{self.path}: not a run folder (no recipe.yaml). "
                "Give the folder that `ct2xkeras train` wrote."
            )
        return load_recipe(self.recipe_file)

    @property
    def started_in(self):
        """The folder that relative paths of its recipe lead from: where training was started.

        That is the present one where none was noted, or where it has been moved.
        """
        if self.started_in_file.exists():
            noted = Path(os.fsdecode(self.started_in_file.read_bytes().rstrip(b"\n")))
            if noted.is_dir():
                return noted
        return Path.cwd()

    def data_directory(self, recipe):
        return self._found(recipe.data.directory) or self.path / "data"

    def with_found_files(self, recipe):
        """Its recipe, with the files that a trained model needs as they are found from here."""
        losses, evaluation = recipe.losses, recipe.evaluation
        networks = {name: getattr(losses, name) for name in ("lpips_network", "lpips_heads")}
        found = {name: self._found(path) for name, path in networks.items()}
        extractor = evaluation.extractor
        if extractor.endswith(".keras"):  # not the name of one
            evaluation = evaluation.model_copy(update={"extractor": self._found(extractor)})
        losses = losses.model_copy(update=found)
        return recipe.model_copy(update={"losses": losses, "evaluation": evaluation})

    def _found(self, path):
        folder = self.started_in
        if not path or is_remote(path) or folder == Path.cwd():
            return path
        return str(folder / path)

    def create(self, recipe):
        """Make a new run folder, whole or not at all."""
        if self.path.exists() and any(self.path.iterdir()):
            raise RunError(
                f"{self.path}: is there already and is no run folder. "
                "Choose another folder with --out."
            )
        with replacing(self.path) as temporary:
            temporary.mkdir()
            write_text(temporary / "recipe.yaml", recipe_text(recipe))
            # Beside the recipe, not in it: reports and model cards show what recipes say.
            noted = temporary / self.started_in_file.name
            noted.write_bytes(os.fsencode(Path.cwd()) + b"\n")  # names need not be UTF-8
            write_text(temporary / "versions.json", json.dumps(versions(), indent=2) + "\n")
            for folder in (self.checkpoints, self.logs, self.samples):
                (temporary / folder.name).mkdir()

    @contextlib.contextmanager
    def creating(self, recipe):
        """Make a new run folder, which goes away again if wrong input ends the block.

        Finished parts of its data set keep it there: the next try goes on from them.
        """
        self.create(recipe)
        try:
            yield
        except (ValueError, OSError):
            if not any((self.path / "data").rglob("*.tfrecord")):
                shutil.rmtree(self.path, ignore_errors=True)
            raise


def versions():
    """Versions that a result may depend on."""
    found = {"ct2xkeras": __version__, "python": platform.python_version()}
    return found | {name: importlib.metadata.version(name) for name in RECORDED_PACKAGES}


def check_same_recipe(run, recipe):
    """Refuses to go on with a run under another recipe, and says which fields differ.

    How long to train, on what, and how often to log may change.
    """
    changed = recipe_differences(run.load_recipe(), recipe, ignore=FREE_TO_CHANGE)
    if changed:
        fields = "; ".join(
            f"{field}: {before} in the run, {now} now" for field, before, now in changed
        )
        raise RunError(
            f"{run.path}: was made by another recipe ({fields}). "
            "Go on with the recipe it has, or train into another folder with --out."
        )
