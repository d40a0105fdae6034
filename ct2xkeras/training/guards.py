"""What ends a training early, or warns: divergence, signals, time, a discriminator that wins."""

import math
import signal
import time

import keras

from ct2xkeras.training.callbacks import EveryImages
from ct2xkeras.training.failures import DivergedError

LOSSES = ("loss", "discriminator")
GRADIENTS = ("g_gradient_norm", "d_gradient_norm")
# Non-saturating: 0.1 is a discriminator that is right with 95 % on real and synthesised pictures.
WINNING_LOSS = 0.1
WINNING_LOGS = 3


class FiniteLosses(keras.callbacks.Callback):
    """Stops, before a checkpoint is written, when a loss is no number or beyond its limit.

    Gradients are watched too: they may be no numbers where the loss is one, and have moved the
    weights by then.
    """

    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_train_batch_end(self, batch, logs=None):
        # What is wrong in one term is wrong in its sum; few values keep a GPU from waiting.
        losses, norms = (
            [float(logs[name]) for name in names if name in logs]  # some have no discriminator
            for names in (LOSSES, GRADIENTS)
        )
        if all(abs(loss) <= self.limit for loss in losses) and all(map(math.isfinite, norms)):
            return
        values = {name: float(value) for name, value in logs.items()}
        raise DivergedError(
            f"Training diverged: {self._describe(values)} after {self.model.images_now()} images."
        )

    def _describe(self, values):
        bad = [name for name, value in values.items() if not math.isfinite(value)]
        if bad:
            return f"{', '.join(bad)} not finite"
        largest = max((name for name in LOSSES if name in values), key=lambda n: abs(values[n]))
        return f"{largest} is {values[largest]:.3g}, beyond training.loss_limit {self.limit:g},"


def deadline_after(minutes):
    """The time of `time.monotonic` when a training that may take `minutes` ends; None: never."""
    return time.monotonic() + 60 * minutes if minutes else math.inf


class GracefulStop(keras.callbacks.Callback):
    """Ends training after the current step on Ctrl-C, SIGTERM, or when the time is up.

    A second signal acts at once, as if nothing were here.

    Args:
        deadline: of `time.monotonic`, see `deadline_after`.
        agree: function that makes one decision of those of all workers.
    """

    def __init__(self, deadline=math.inf, agree=bool):
        super().__init__()
        self.deadline = deadline
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

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._give_back()  # where training diverged, nobody says that it has ended


class DiscriminatorWins(EveryImages):
    """Warns when the discriminator has been nearly always right for several logs in a row."""

    def __init__(self, log, console, **kwargs):
        super().__init__(**kwargs)
        self.log = log
        self.console = console
        self.lost = 0

    def act(self, images, logs):
        values = {name: float((logs or {}).get(name, math.inf)) for name in LOSSES}
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
