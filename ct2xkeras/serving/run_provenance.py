"""What a run folder says of its model, for the model card."""

import json

from ct2xkeras.serving.model_card import Provenance
from ct2xkeras.training.checkpoints import newest_images


def run_provenance(run, recipe, checkpoint):
    """The `Provenance` of a `RunFolder`'s checkpoint (`newest` or `best`) under its recipe."""
    folder = run.best_checkpoint if checkpoint == "best" else run.checkpoints
    return Provenance(
        source=f"run {run.path.name}, recipe {recipe.name}, {checkpoint} checkpoint",
        images=newest_images(folder),
        data=_data_lines(recipe),
        scores=_last_evaluation(run.metrics_file),
    )


def _data_lines(recipe):
    data = recipe.data
    lines = [recipe.description] if recipe.description else []
    if data.phantoms:
        made = data.phantoms
        lines.append(f"{made.cts} phantom CTs, {made.xrays} simulated radiographs of others")
    lines += [f"CTs: {pattern}" for pattern in data.ct]
    lines += [f"radiographs: {pattern}" for pattern in data.xray]
    return (*lines, f"arithmetic of training: {recipe.training.precision}")


def _last_evaluation(path):
    """Metrics of the last evaluation in a metrics.jsonl, by their specs."""
    if not path.exists():
        return {}
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = [record for record in records if record.get("kind") == "evaluation"]
    last = found[-1] if found else {}
    return {k: v for k, v in last.items() if "[" in k and isinstance(v, int | float)}
