"""What a run folder says of its model, for the model card."""

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
    lines = log_lines(run, notes=[])
    found = [x for x in lines if x["kind"] == "evaluation" and x["images"] == images]
    merged = {name: value for line in found for name, value in line.items()}
    return {k: v for k, v in merged.items() if "[" in k and isinstance(v, int | float)}
