"""The bar of a training: images seen, rate, time left, losses and scores."""

import time

import keras

#: What a bar shows: title, name in the logs, format.
SHOWN = (
    ("G", "loss", ".2f"),
    ("D", "discriminator", ".2f"),
    ("real", "real_score", "+.1f"),
    ("fake", "fake_score", "+.1f"),
)


class TrainingBar(keras.callbacks.Callback):
    """Shows each step on a bar.

    Args:
        bars: see `ct2xkeras.progress.progress_bars`.
        total: images in all.
        batch_size: images of a step.
        start: images seen before.
    """

    def __init__(self, bars, total, batch_size, start):
        super().__init__()
        self.bars = bars
        self.batch_size = batch_size
        self.start = start
        self.task = bars.add_task("training", total=total, completed=start, note="compiling")
        self.first = None

    def on_train_batch_end(self, batch, logs=None):
        done = min(batch + 1, self.params["steps"]) * self.batch_size
        # Counted from the end of the first step, which holds the compiling.
        self.first = self.first or (time.monotonic(), done)
        seconds, counted = time.monotonic() - self.first[0], done - self.first[1]
        rate = f"{counted / seconds:.1f} images/s  " if counted else ""
        self.bars.update(self.task, completed=self.start + done, note=rate + note_of(logs))


def note_of(logs):
    """What a bar says of a step's logs, as far as the method has them."""
    shown = (f"{title} {float(logs[name]):{form}}" for title, name, form in SHOWN if name in logs)
    return "  ".join(shown)
