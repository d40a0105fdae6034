"""Training from a recipe to a run folder."""

import contextlib
import time
from dataclasses import dataclass

from ct2xkeras.data import build_dataset
from ct2xkeras.data.batches.storage import naming_damage
from ct2xkeras.data.dataset.info import has_info
from ct2xkeras.metrics.extractors import find_extractor
from ct2xkeras.progress import case_bar, progress_bars
from ct2xkeras.recipe import build_dataset_spec, build_model
from ct2xkeras.training import callbacks as acts
from ct2xkeras.training import guards, run_state
from ct2xkeras.training.batches import batches
from ct2xkeras.training.checkpoints import checkpoint_manager, restore_newest
from ct2xkeras.training.failures import DivergedError
from ct2xkeras.training.run_folder import RunFolder
from ct2xkeras.training.run_log import forget_after
from ct2xkeras.training.strategies import (
    agreement,
    check_fits,
    choose_strategy,
    is_chief,
    naming_lost_workers,
)
from ct2xkeras.training.watching import Watch, watching

POLL_SECONDS = 2


@dataclass(frozen=True)
class TrainingResult:
    """How a training ended.

    Args:
        images: views that the model has seen in all.
        interrupted: name of the signal that ended it early, or None.
        is_chief: whether this process writes the run folder; one of several workers does.
    """

    run: RunFolder
    images: int
    interrupted: str | None
    is_chief: bool = True


def train(recipe, run, console, profile=False):
    """Train what a recipe says, from the start or, where the run exists, from its last checkpoint.

    Args:
        recipe: a `Recipe`; that of the run folder where it exists (see `check_same_recipe`).
        run: a `RunFolder`.
        console: a rich console for progress and warnings.
        profile: whether to write a TensorBoard profile of steps 10 to 20.

    Returns:
        A `TrainingResult`.

    Raises:
        TrainingFailedError: it cannot go on; the last checkpoint is good.
        RunError, DataError, RecipeError: wrong input.
    """
    # First of all: workers must meet before TensorFlow computes anything.
    strategy = choose_strategy(recipe.training.strategy, recipe.training.replicas)
    return _Training(recipe, run, console, strategy, profile).run_all()


class _Training:
    """One process' part of a training."""

    def __init__(self, recipe, run, console, strategy, profile):
        self.recipe = recipe
        self.settings = recipe.training
        self.run = run
        self.console = console
        self.strategy = strategy
        self.profile = profile
        self.is_chief = is_chief(strategy)
        self.data = run.data_directory(recipe)
        self.rollbacks = (run_state.read_state(run) or {}).get("rollbacks", 0)
        check_fits(strategy, recipe)

    def run_all(self):
        with progress_bars(self.console) as self.bars:
            with self._run_folder():
                self._prepare_data()
                with self.strategy.scope():
                    self.model = build_model(self.recipe)
            # Pictures of training are of nobody where a search for a patient would take minutes.
            self.model.ema_networks.inversion_steps = 0
            self.manager = checkpoint_manager(
                self.model, self.run.checkpoints, self.settings.keep_checkpoints
            )
            restore_newest(self.manager)
            return self._noting_the_end()

    def _run_folder(self):
        """The chief makes a new one, which goes away again if wrong input ends the block."""
        if not self.is_chief:
            return contextlib.nullcontext()
        find_extractor(self.recipe.evaluation.extractor)  # missing weights are said now
        if self.run.exists:
            run_state.refuse_second(self.run)
            return contextlib.nullcontext()
        return self.run.creating(self.recipe)

    def _prepare_data(self):
        """The chief makes the data set; other workers wait for it and the run folder."""
        if not self.is_chief:
            while not (self.run.exists and has_info(self.data)):
                time.sleep(POLL_SECONDS)
            return
        build_dataset(
            build_dataset_spec(self.recipe),
            self.data,
            case_bar(self.bars),
            workers=None,
            recipe=self.recipe.model_dump(mode="json"),
        )

    def _noting_the_end(self):
        """Fit, and keep state.json true however that ends."""
        self._note(run_state.TRAINING)
        try:
            with naming_lost_workers(self.strategy):
                signal_name = self._fit_with_rollbacks()
        except KeyboardInterrupt:  # at once, by a second signal
            self._note(run_state.STOPPED, "SIGINT")
            raise
        except BaseException as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            self._note(run_state.FAILED, reason)
            raise
        images = self.model.images_now()
        if images >= self.settings.images:
            self._note(run_state.FINISHED)
        else:
            self._note(run_state.STOPPED, signal_name or "time is up")
        return TrainingResult(self.run, images, signal_name, self.is_chief)

    def _note(self, state, reason=None):
        if self.is_chief:
            images, total = self.model.images_now(), self.settings.images
            run_state.write_state(self.run, state, images, total, reason, self.rollbacks)

    def _fit_with_rollbacks(self):
        """Fit; where losses diverge, go back to the last checkpoint if the recipe says so."""
        deadline = guards.deadline_after(self.settings.max_minutes)
        while True:
            self._lower_learning_rates()
            stop = guards.GracefulStop(deadline, agreement(self.strategy))
            try:
                with stop:
                    self._fit(stop)
                return stop.signal_name
            except DivergedError as error:
                self._roll_back(error)

    def _lower_learning_rates(self):
        factor = self.settings.rollback_factor**self.rollbacks
        for optimizer, rate in (
            (self.model.g_optimizer, self.settings.g_learning_rate),
            (self.model.d_optimizer, self.settings.d_learning_rate),
        ):
            optimizer.learning_rate.assign(factor * rate)

    def _roll_back(self, error):
        """Restore the last checkpoint; raises where there is none, or it has been too often."""
        settings = self.settings
        if settings.on_nan == "stop":
            raise DivergedError(
                f"{error} The last checkpoint is good: train again with "
                "training.on_nan=rollback to go on from it with lower learning rates, or into "
                "another folder with lower training.g_learning_rate and training.d_learning_rate."
            ) from None
        if self.rollbacks >= settings.max_rollbacks or not restore_newest(self.manager):
            raise DivergedError(
                f"{error} Rolled back {self.rollbacks} times already (training.max_rollbacks is "
                f"{settings.max_rollbacks}, and there must be a checkpoint)."
            ) from None
        self.rollbacks += 1
        self._note(run_state.TRAINING)
        self.model.reset_metrics()
        self.console.print(
            f"warning: {error} Back to image {self.model.images_now()}, learning rates times "
            f"{settings.rollback_factor**self.rollbacks:g}.",
            markup=False,
        )

    def _fit(self, stop):
        """Train from where the model is to the end, or until the `GracefulStop` says so."""
        settings = self.settings
        start = self.model.images_now()
        steps = -(-(settings.images - start) // settings.batch_size)
        if steps > 0:
            if self.is_chief:
                forget_after(self.run, start)
            with naming_damage(self.data):
                self.model.fit(
                    batches(self.recipe, self.data, self.strategy, start, steps),
                    steps_per_epoch=steps,
                    epochs=1,
                    verbose=0,
                    shuffle=False,
                    callbacks=[
                        guards.FiniteLosses(settings.loss_limit),
                        stop,
                        *self._watching(start),
                        acts.NewMeans(settings.log_every, settings.batch_size, start),
                    ],
                )

    def _watching(self, start):
        """What the first worker does beside the steps."""
        if not self.is_chief:
            return []
        setting = Watch(self.recipe, self.run, self.data, self.bars, self.console, start)
        return watching(setting, self.model, self.manager, self.profile)
