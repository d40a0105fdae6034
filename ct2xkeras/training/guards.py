"""What ends a training early, or warns: divergence, signals, time, a discriminator that wins."""

import math
import signal
import time

import keras

from ct2xkeras.training.callbacks import EveryImages
from ct2xkeras.training.failures import DivergedError

WATCHED = ("loss", "discriminator")
# Non-saturating: 0.1 is a discriminator that is right with 95 % on real and synthesised pictures.
WINNING_LOSS = 0.1
WINNING_LOGS = 3


class FiniteLosses(keras.callbacks.Callback):
    """Stops, before a checkpoint is written, when a loss is no number or beyond its limit."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_train_batch_end(self, batch, logs=None):
        # What is wrong in one term is wrong in its sum; few values keep a GPU from waiting.
        watched = [logs[name] for name in WATCHED if name in logs]  # some have no discriminator
        if all(abs(float(value)) <= self.limit for value in watched):
            return
        values = {name: float(value) for name, value in logs.items()}
        raise DivergedError(
            f"Training diverged: {self._describe(values)} after {self.model.images_now()} images."
        )

    def _describe(self, values):
        bad = [name for name, value in values.items() if not math.isfinite(value)]
        if bad:
            return f"{', '.join(bad)} not finite"
        largest = max(values, key=lambda name: abs(values[name]))
        return f"{largest} is {values[largest]:.3g}, beyond training.loss_limit {self.limit:g},"


class GracefulStop(keras.callbacks.Callback):
    """Ends training after the current step on Ctrl-C, SIGTERM, or when the time is up.

    A second signal acts at once, as if nothing were here.

    Args:
        max_minutes: time that training may take; None does not limit it.
        agree: function that makes one decision of those of all workers.
    """

    def __init__(self, max_minutes=None, agree=bool):
        super().__init__()
        self.deadline = time.monotonic() + 60 * max_minutes if max_minutes else math.inf
        self.agree = agree
        self.signal_name = None
        self.previous = {}

    def on_train_begin(self, logs=None):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.previous[number] = signal.signal(number, self._stop)

    def _stop(self, number, frame):
        self.signal_name = signal.Signals(number).name
        self._give_back()

    def _give_back(self):
        for number, handler in self.previous.items():
            signal.signal(number, handler)

    def on_train_batch_end(self, batch, logs=None):
        if self.agree(self.signal_name is not None or time.monotonic() > self.deadline):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self._give_back()


class DiscriminatorWins(EveryImages):
    """Warns when the discriminator has been nearly always right for several logs in a row."""

    def __init__(self, log, console, **kwargs):
        super().__init__(**kwargs)
        self.log = log
        self.console = console
        self.lost = 0

    def act(self, images, logs):
        values = {name: float((logs or {}).get(name, math.inf)) for name in WATCHED}
        self.lost = self.lost + 1 if values["discriminator"] < WINNING_LOSS else 0
        if self.lost == WINNING_LOGS:
            advice = (
                f"the discriminator is nearly always right (loss {values['discriminator']:.3f}), "
                "so that the generator learns little from it. A lower training.d_learning_rate, a "
                "larger losses.r1_gamma or training.discriminator_augmentation.kind=ada help; a "
                "border or scale that only one of the two kinds of pictures has is the usual cause."
            )
            self.console.print(f"warning: after {images} images {advice}", markup=False)
            self.log.values("alarm", images, {"alarm": f"discriminator wins: {advice}"})
