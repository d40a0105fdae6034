"""The bar of a training: images seen, rate, time left, losses and scores."""

import time

import keras


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
        note = (
            f"{rate}G {float(logs['loss']):.2f}  D {float(logs['discriminator']):.2f}  "
            f"real {float(logs['real_score']):+.1f}  fake {float(logs['fake_score']):+.1f}"
        )
        self.bars.update(self.task, completed=self.start + done, note=note)
