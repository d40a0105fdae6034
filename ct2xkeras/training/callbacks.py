"""What happens beside the training steps: progress, logs, sample pictures, checkpoints."""

import math
import signal
import time

import keras
import numpy as np
import tensorflow as tf

from ct2xkeras.evaluation.style_response import style_response
from ct2xkeras.files import append_json_line
from ct2xkeras.models.inputs import MODEL_INPUTS
from ct2xkeras.pictures import sheet, write_sheet
from ct2xkeras.training.checkpoints import images_seen

GRID_TITLES = ("DRR", "DRR^", "style", "X^")


class TrainingFailedError(RuntimeError):
    """Training cannot go on: which term, at which image, what to do."""


class EveryImages(keras.callbacks.Callback):
    """Calls `act(images, logs)` each time that many images went by, and at the end."""

    def __init__(self, every, batch_size, start):
        super().__init__()
        self.every = every
        self.batch_size = batch_size
        self.images = start
        self.last_act = start

    def on_train_batch_end(self, batch, logs=None):
        before, self.images = self.images, self.images + self.batch_size
        if self.images // self.every > before // self.every:
            self.last_act = self.images
            self.act(self.images, logs)

    def on_train_end(self, logs=None):
        if self.last_act != self.images:
            self.act(self.images, logs)

    def act(self, images, logs):
        raise NotImplementedError


class ScalarLog(EveryImages):
    """Writes mean losses to TensorBoard and metrics.jsonl, and starts new means."""

    def __init__(self, run, writer, **kwargs):
        super().__init__(**kwargs)
        self.run = run
        self.writer = writer
        self.since = time.monotonic(), self.images

    def act(self, images, logs):
        then, before = self.since
        self.since = time.monotonic(), images
        rate = (images - before) / max(self.since[0] - then, 1e-9)
        values = {name: float(value) for name, value in (logs or {}).items()}
        with self.writer.as_default(step=images):
            for name, value in {**values, "images_per_second": rate}.items():
                tf.summary.scalar(name, value)
        append_json_line(
            self.run.metrics_file,
            {"kind": "train", "images": images, "images_per_second": rate, **values},
        )
        self.model.reset_metrics()


class SampleGrid(EveryImages):
    """Draws fixed cases through the averaged networks: DRR, DRR^, style image, X^."""

    def __init__(self, run, writer, cases, **kwargs):
        super().__init__(**kwargs)
        self.run = run
        self.writer = writer
        self.cases = cases

    def act(self, images, logs):
        rows = grid_rows(self.model, self.cases)
        write_sheet(self.run.samples / f"images_{images:08d}.png", rows, GRID_TITLES)
        with self.writer.as_default(step=images):
            tf.summary.image("samples", sheet(rows, GRID_TITLES)[None, ..., None])


class StyleResponse(EveryImages):
    """Logs how well the averaged networks take the looks of held-out radiographs."""

    def __init__(self, run, writer, cases, **kwargs):
        super().__init__(**kwargs)
        self.run = run
        self.writer = writer
        self.cases = cases

    def act(self, images, logs):
        values = style_response(self.model.ema_networks, self.cases)
        with self.writer.as_default(step=images):
            for name, value in values.items():
                tf.summary.scalar(name, value)
        append_json_line(self.run.metrics_file, {"kind": "style", "images": images, **values})


def grid_rows(model, cases):
    """For each case the pictures DRR, DRR^, style image and X^, (height, width) each."""
    drr = cases["drr"]
    restyled = model.predict({**_model_inputs(cases), "style_image": drr}, verbose=0)
    xray = model.predict(_model_inputs(cases), verbose=0)
    columns = (drr, restyled, cases["style_image"], xray)
    return [[np.asarray(column[row])[..., 0] for column in columns] for row in range(len(drr))]


def _model_inputs(cases):
    return {name: cases[name] for name in MODEL_INPUTS}


class Checkpoints(EveryImages):
    """Saves at intervals and at the end."""

    def __init__(self, manager, **kwargs):
        super().__init__(**kwargs)
        self.manager = manager

    def act(self, images, logs):
        self.manager.save(checkpoint_number=images_seen(self.model))


class FiniteLosses(keras.callbacks.Callback):
    """Stops before a checkpoint is written when a loss is no longer a number."""

    def on_train_batch_end(self, batch, logs=None):
        bad = [name for name, value in (logs or {}).items() if not math.isfinite(float(value))]
        if bad:
            raise TrainingFailedError(
                f"Training diverged: {', '.join(bad)} not finite after {images_seen(self.model)} "
                "images. The last checkpoint is good: go on from it by --resume with lower "
                "training.g_learning_rate and training.d_learning_rate."
            )


class GracefulStop(keras.callbacks.Callback):
    """Ends training after the current step on Ctrl-C, SIGTERM, or when the time is up."""

    def __init__(self, max_minutes=None):
        super().__init__()
        self.deadline = time.monotonic() + 60 * max_minutes if max_minutes else math.inf
        self.signal_name = None
        self.previous = {}

    def on_train_begin(self, logs=None):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.previous[number] = signal.signal(number, self._stop)

    def _stop(self, number, frame):
        self.signal_name = signal.Signals(number).name

    def on_train_batch_end(self, batch, logs=None):
        if self.signal_name or time.monotonic() > self.deadline:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        for number, handler in self.previous.items():
            signal.signal(number, handler)


class ProgressBar(keras.callbacks.Callback):
    """A bar on the terminal: images seen, rate, time left, losses and scores."""

    def __init__(self, progress, total, batch_size, start):
        super().__init__()
        self.progress = progress
        self.batch_size = batch_size
        self.start = start
        self.task = progress.add_task("training", total=total, completed=start, note="")

    def on_train_begin(self, logs=None):
        self.begun = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        done = (batch + 1) * self.batch_size
        rate = done / (time.monotonic() - self.begun)
        note = (
            f"{rate:.1f} images/s  G {logs['loss']:.2f}  D {logs['discriminator']:.2f}  "
            f"real {logs['real_score']:+.1f}  fake {logs['fake_score']:+.1f}"
        )
        self.progress.update(self.task, completed=self.start + done, note=note)
