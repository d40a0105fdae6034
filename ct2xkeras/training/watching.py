"""Everything that logs, draws, measures and saves beside the steps of a training."""

from dataclasses import dataclass
from typing import Any

from ct2xkeras.data import evaluation_cases
from ct2xkeras.evaluation.style_response import NUM_STYLES
from ct2xkeras.training import callbacks as acts
from ct2xkeras.training.checkpoints import BestCheckpoint
from ct2xkeras.training.guards import DiscriminatorWins
from ct2xkeras.training.profile import Profile
from ct2xkeras.training.progress import TrainingBar
from ct2xkeras.training.run_log import RunLog

NUM_SAMPLE_CASES = 4


@dataclass(frozen=True)
class Watch:
    """What is watched, and where it is shown.

    Args:
        recipe, run: a `Recipe` and its `RunFolder`.
        data: folder of the data set.
        bars: see `ct2xkeras.progress.progress_bars`.
        console: for warnings.
        start: images that the model has seen.
    """

    recipe: Any
    run: Any
    data: Any
    bars: Any
    console: Any
    start: int


def watching(watch, model, manager, profile=False):
    """Callbacks of the process that writes the run folder.

    Args:
        watch: a `Watch`.
        model: a compiled `AdversarialModel`.
        manager: of its checkpoints.
        profile: whether to write a TensorBoard profile.
    """
    training, evaluation = watch.recipe.training, watch.recipe.evaluation
    count = {"batch_size": training.batch_size, "start": watch.start}
    log, logged = RunLog(watch.run), {"every": training.log_every, **count}
    drawn = {"every": training.sample_every, **count}
    cases = evaluation_cases(watch.data, max(NUM_STYLES, evaluation.cases), watch.recipe.seed)
    few, styles, measured = (
        {name: values[:num] for name, values in cases.items()}
        for num in (NUM_SAMPLE_CASES, NUM_STYLES, evaluation.cases)
    )
    best = BestCheckpoint(watch.run, evaluation.best_by, model) if evaluation.best_by else None
    return [
        TrainingBar(watch.bars, training.images, **count),
        DiscriminatorWins(log, watch.console, **logged),
        acts.ScalarLog(log, **logged),
        acts.SampleGrid(log, few, **drawn),
        acts.StyleResponse(log, styles, **drawn),
        *([Profile(watch.run.logs)] if profile else []),
        acts.Measures(log, evaluation, measured, best, every=evaluation.every, **count),
        acts.Checkpoints(manager, every=training.checkpoint_every, **count),
    ]
