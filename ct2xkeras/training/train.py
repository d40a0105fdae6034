"""Training from a recipe to a run folder."""

import contextlib
from dataclasses import dataclass

import tensorflow as tf
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from ct2xkeras.data import build_dataset, evaluation_cases, training_dataset
from ct2xkeras.data.batches.storage import naming_damage
from ct2xkeras.evaluation.style_response import NUM_STYLES
from ct2xkeras.recipe import build_augmentation, build_dataset_spec, build_model
from ct2xkeras.training import callbacks as parts
from ct2xkeras.training.checkpoints import checkpoint_manager, images_seen, restore_newest
from ct2xkeras.training.run_folder import RunFolder

NUM_SAMPLE_CASES = 4


@dataclass(frozen=True)
class TrainingResult:
    """How a training ended.

    Args:
        images: views that the model has seen in all.
        interrupted: name of the signal that ended it early, or None.
    """

    run: RunFolder
    images: int
    interrupted: str | None


def train(recipe, run, console, resume=False):
    """Train what a recipe says, from the start or from the newest checkpoint.

    Args:
        recipe: a `Recipe`; with `resume` that of the run folder.
        run: a `RunFolder`.
        console: a rich console for progress.
        resume: whether to go on with an existing run.

    Returns:
        A `TrainingResult`.
    """
    spec = build_dataset_spec(recipe)
    data = run.data_directory(recipe)
    started = resume and run.exists
    with _progress(console) as progress:
        with contextlib.nullcontext() if started else run.creating(recipe):
            settings = recipe.model_dump(mode="json")
            build_dataset(spec, data, _build_bar(progress), workers=None, recipe=settings)
        with choose_strategy(recipe.training.strategy).scope():
            model = build_model(recipe)
        manager = checkpoint_manager(model, run.checkpoints, recipe.training.keep_checkpoints)
        restore_newest(manager)
        return _fit(recipe, run, model, manager, data, progress)


def choose_strategy(name):
    """The distribution strategy of a recipe's name: `auto` mirrors when there are several GPUs."""
    gpus = tf.config.list_logical_devices("GPU")
    if name == "mirrored" or (name == "auto" and len(gpus) > 1):
        return tf.distribute.MirroredStrategy()
    return tf.distribute.get_strategy()


def _fit(recipe, run, model, manager, data, progress):
    settings = recipe.training
    start = images_seen(model)
    steps = -(-(settings.images - start) // settings.batch_size)
    stop = parts.GracefulStop(settings.max_minutes)
    if steps > 0:
        dataset = training_dataset(
            data,
            volumes_per_batch=settings.volumes_per_batch,
            views_per_volume=settings.views_per_volume,
            seed=recipe.seed,
            flip=recipe.data.flip,
            crop=recipe.data.crop,
            augmentation=build_augmentation(recipe),
            start_batch=start // settings.batch_size,
        )
        with naming_damage(data):
            model.fit(
                dataset,
                steps_per_epoch=steps,
                epochs=1,
                verbose=0,
                shuffle=False,
                callbacks=_callbacks(recipe, run, manager, data, progress, start, stop),
            )
    return TrainingResult(run, images_seen(model), stop.signal_name)


def _callbacks(recipe, run, manager, data, progress, start, stop):
    settings = recipe.training
    writer = tf.summary.create_file_writer(str(run.logs))
    count = {"batch_size": settings.batch_size, "start": start}
    cases = evaluation_cases(data, NUM_STYLES, recipe.seed)
    shown = {name: values[:NUM_SAMPLE_CASES] for name, values in cases.items()}
    return [
        parts.FiniteLosses(),
        stop,
        parts.ProgressBar(progress, settings.images, **count),
        parts.ScalarLog(run, writer, every=settings.log_every, **count),
        parts.SampleGrid(run, writer, shown, every=settings.sample_every, **count),
        parts.StyleResponse(run, writer, cases, every=settings.sample_every, **count),
        parts.Checkpoints(manager, every=settings.checkpoint_every, **count),
    ]


def _build_bar(progress):
    """Shows the data builder's cases as they are done."""
    task = progress.add_task("data", total=None, note="")

    def show(done, total, name):
        progress.update(task, completed=done, total=total, note=name)

    return show


def _progress(console):
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
    )
