"""What a run folder says of its model, for the model card."""

from ct2xkeras.evaluation.report.history import newest_metrics
from ct2xkeras.serving.model_card import Provenance
from ct2xkeras.training.checkpoints import newest_images
from ct2xkeras.training.listing import log_lines


def run_provenance(run, recipe, checkpoint):
    """The `Provenance` of a `RunFolder`'s checkpoint (`newest` or `best`) under its recipe."""
    folder = run.best_checkpoint if checkpoint == "best" else run.checkpoints
    images = newest_images(folder)
    return Provenance(
        source=f"run {run.path.name}, recipe {recipe.name}, {checkpoint} checkpoint",
        images=images,
        data=_data_lines(recipe),
        scores=_scores_at(run, images),
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


def _scores_at(run, images):
    """Metrics by their specs of the evaluations after so many images; newer values win."""
    lines = [line for line in log_lines(run, notes=[]) if line["images"] == images]
    return {spec: found.value for spec, found in newest_metrics(lines).items() if "[" in spec}
