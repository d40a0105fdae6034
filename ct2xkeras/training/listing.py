"""Run folders at a glance: what can be known of them without TensorFlow and without their model."""

import json
import math
import os
import platform
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from ct2xkeras.recipe.document import read_document
from ct2xkeras.recipe.schema import BEST_METRICS
from ct2xkeras.training.run_folder import RunError, RunFolder
from ct2xkeras.training.run_state import TRAINING, is_alive, read_state

KILLED, UNKNOWN, NO_CHECKPOINT, NO_RUN = "killed", "unknown", "no checkpoint", "no run"


@dataclass(frozen=True)
class Best:
    """The best value of a metric, and the count of images at which it was measured."""

    value: float
    images: int


@dataclass(frozen=True)
class RunSummary:
    """One run folder.

    Args:
        path: of the folder.
        state: as noted in state.json; `killed` where the process that was training is gone;
            `unknown` or `no checkpoint` where nothing is noted; `no run` without a recipe.
        images: views trained on: so far while it trains, in the newest checkpoint if it was killed.
        total: views to train on.
        loss, images_per_second: of the last line of the log.
        best: {metric spec: best value}, of the metrics that are better high or low.
        size: bytes on disk.
        changed: last change of any of its files, UTC.
        notes: why it ended, and what could not be read.
    """

    path: Path
    state: str
    images: int
    total: int | None
    loss: float | None
    images_per_second: float | None
    best: dict[str, Best]
    size: int
    changed: datetime
    notes: tuple[str, ...]


def list_runs(folder) -> list[RunSummary]:
    """Summaries of the run folders in a folder, by name; of the folder itself if it is a run.

    Folders that hold nothing of a run are passed over.

    Raises:
        RunError: there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RunError(f"{folder}: there is no such folder. `ct2xkeras train` makes run folders.")
    if RunFolder(folder).exists:
        return [summarize_run(folder)]
    return [summarize_run(path) for path in sorted(folder.iterdir()) if _is_of_a_run(path)]


def summarize_run(path) -> RunSummary:
    """What a folder holds; a folder that is broken is summarised too, with notes of why."""
    run, notes = RunFolder(path), []
    lines = log_lines(run, notes)
    noted = _noted_state(run, notes)
    newest = newest_checkpoint(run.checkpoints)
    state = _state(run, noted, newest)
    steps = [line for line in lines if line.get("kind") == "train"]
    last = steps[-1] if steps else {}
    images = max([noted.get("images", 0), *(line["images"] for line in steps)])
    size, changed = _size_and_change(run.path)
    return RunSummary(
        path=run.path,
        state=state,
        images=newest if state in (KILLED, UNKNOWN, NO_CHECKPOINT, NO_RUN) else images,
        total=noted["total"] if noted else _planned_images(run, notes),
        loss=last.get("loss"),
        images_per_second=last.get("images_per_second"),
        best=best_values(lines),
        size=size,
        changed=changed,
        notes=tuple(notes),
    )


def newest_checkpoint(folder) -> int:
    """Views that the newest checkpoint of a folder was trained on, by its name; 0 without any."""
    counts = (path.stem.rpartition("-")[2] for path in Path(folder).glob("images-*.index"))
    return max((int(count) for count in counts if count.isdecimal()), default=0)


def best_values(lines) -> dict[str, Best]:
    """The best value of each metric among lines of metrics.jsonl, by metric spec.

    Only values of the same spec are compared: it names the extractor and the number of pictures.
    """
    best = {}
    for line in lines:
        for spec, value in line.items() if line.get("kind") == "evaluation" else ():
            order = BEST_METRICS.get(spec.partition("[")[0])
            if order is None or not _is_number(value):
                continue
            sign = 1 if order == "highest" else -1
            if spec not in best or sign * value > sign * best[spec].value:
                best[spec] = Best(value, line["images"])
    return best


def _is_of_a_run(path):
    run = RunFolder(path)
    parts = (run.recipe_file, run.state_file, run.checkpoints, run.metrics_file)
    # A hidden folder is a run folder that is being made.
    return not path.name.startswith(".") and any(part.exists() for part in parts)


def _state(run, noted, newest):
    if not run.exists:
        return NO_RUN
    if not noted:
        return UNKNOWN if newest else NO_CHECKPOINT
    here = noted["host"] == platform.node()
    return KILLED if noted["state"] == TRAINING and here and not is_alive(noted) else noted["state"]


def _noted_state(run, notes):
    """The content of state.json, {} where there is none or where it cannot be used."""
    noted = read_state(run)
    if noted is None and not run.state_file.exists():
        return {}
    expected = {"state": str, "host": str, "pid": int, "images": int, "total": int}
    if not isinstance(noted, dict) or any(
        not isinstance(noted.get(name), kind) for name, kind in expected.items()
    ):
        notes.append(f"{run.state_file.name} cannot be read")
        return {}
    if noted.get("reason"):
        notes.append(str(noted["reason"]))
    return noted


def _planned_images(run, notes):
    """`training.images` of the recipe; its other fields may be those of another version."""
    try:
        return int(read_document(run.recipe_file).values["training"]["images"])
    except (ValueError, OSError) as error:
        notes.append(" ".join(str(error).split()))
    except (KeyError, TypeError):
        notes.append(f"{run.recipe_file}: has no training.images")
    return None


def log_lines(run, notes):
    """The lines of a run's metrics.jsonl, as dictionaries with a count of `images`.

    Args:
        notes: list that is told of lines that cannot be read; one that a kill cut off is left out.
    """
    try:
        texts = run.metrics_file.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        notes.append(str(error))
        return []
    lines = [_log_line(text) for text in texts]
    if bad := lines[:-1].count(None):
        notes.append(f"{run.metrics_file.name}: {bad} lines cannot be read")
    return [line for line in lines if line is not None]


def _log_line(text):
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and isinstance(line.get("images"), int) else None


def _is_number(value):
    return isinstance(value, (int, float)) and math.isfinite(value)


def _size_and_change(path):
    """(bytes of all files, time of the last change) of a folder, which may change meanwhile."""
    size, newest = 0, path.stat().st_mtime
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                status = os.lstat(os.path.join(folder, name))
            except FileNotFoundError:
                continue
            size, newest = size + status.st_size, max(newest, status.st_mtime)
    return size, datetime.fromtimestamp(newest, timezone.utc)
