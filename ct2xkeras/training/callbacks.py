"""What happens at intervals beside the training steps: logs, pictures, measures, checkpoints."""

import time

import keras
import numpy as np

from ct2xkeras.evaluation.evaluate import measure
from ct2xkeras.evaluation.style_response import style_response
from ct2xkeras.evaluation.synthesis import synthesize
from ct2xkeras.pictures import sheet, write_sheet
from ct2xkeras.training.resources import memory_in_use, require_disk

GRID_TITLES = ("DRR", "DRR^", "style", "X^")


class EveryImages(keras.callbacks.Callback):
    """Calls `act(images, logs)` each time that many images went by, and at the end.

    Args:
        every: images between two acts; None acts at the end alone.
        batch_size: images of a step.
        start: images seen before.
    """

    def __init__(self, every, batch_size, start):
        super().__init__()
        self.every = every
        self.batch_size = batch_size
        self.images = start
        self.last_step = 0
        self.last_act = start

    def on_train_batch_end(self, batch, logs=None):
        done = min(batch + 1, self.params["steps"])  # the last execution may hold fewer steps
        steps, self.last_step = done - self.last_step, done
        before, self.images = self.images, self.images + steps * self.batch_size
        if self.every and self.images // self.every > before // self.every:
            self.last_act = self.images
            self.act(self.images, logs)

    def on_train_end(self, logs=None):
        if self.last_act != self.images:
            self.act(self.images, logs)

    def act(self, images, logs):
        raise NotImplementedError


class ScalarLog(EveryImages):
    """Logs mean losses, speed, share of time spent waiting for data, and memory."""

    def __init__(self, log, **kwargs):
        super().__init__(**kwargs)
        self.log = log

    def on_train_begin(self, logs=None):
        self.since = time.monotonic(), self.images, self.model.seconds_waited

    def act(self, images, logs):
        (then, before, waited), now = self.since, time.monotonic()
        self.since = now, images, self.model.seconds_waited
        values = {name: float(value) for name, value in (logs or {}).items()}
        values["images_per_second"] = (images - before) / max(now - then, 1e-9)
        values["share_waiting_for_data"] = (self.since[2] - waited) / max(now - then, 1e-9)
        values["learning_rate"] = float(np.asarray(self.model.g_optimizer.learning_rate))
        self.log.values("train", images, values | memory_in_use())


class NewMeans(EveryImages):
    """Begins new means of what steps log; on all workers, since they share these variables."""

    def act(self, images, logs):
        self.model.reset_metrics()


class SampleGrid(EveryImages):
    """Draws fixed cases through the averaged networks: DRR, DRR^, style image, X^."""

    def __init__(self, log, cases, **kwargs):
        super().__init__(**kwargs)
        self.log = log
        self.cases = cases

    def act(self, images, logs):
        drawn = sheet(grid_rows(self.model.ema_networks, self.cases), GRID_TITLES)
        write_sheet(self.log.run.samples / f"images_{images:08d}.png", drawn)
        self.log.picture("samples", images, drawn)


class StyleResponse(EveryImages):
    """Logs how well the averaged networks take the looks of held-out radiographs."""

    def __init__(self, log, cases, **kwargs):
        super().__init__(**kwargs)
        self.log = log
        self.cases = cases

    def act(self, images, logs):
        self.log.values("style", images, style_response(self.model.ema_networks, self.cases))


def grid_rows(networks, cases):
    """For each case the pictures DRR, DRR^, style image and X^, (height, width) each."""
    drr = cases["drr"]
    restyled = synthesize(networks, {**cases, "style_image": drr})
    columns = (drr, restyled, cases["style_image"], synthesize(networks, cases))
    return [[np.asarray(column[row])[..., 0] for column in columns] for row in range(len(drr))]


class Measures(EveryImages):
    """Measures the averaged networks on held-out cases, and keeps the best checkpoint.

    Args:
        settings: the recipe's section `evaluation`.
        best: a `BestCheckpoint`, or None.
    """

    def __init__(self, log, settings, cases, best, **kwargs):
        super().__init__(**kwargs)
        self.log = log
        self.settings = settings
        self.cases = cases
        self.best = best

    def on_train_end(self, logs=None):
        """The command measures the end by itself."""

    def act(self, images, logs):
        values = measure(self.model.ema_networks, self.cases, self.settings.extractor)
        self.log.values("evaluation", images, values)
        if self.best:
            self.best.offer(self.model, values)


class Checkpoints(EveryImages):
    """Saves at intervals and at the end, where the disk has room."""

    def __init__(self, manager, **kwargs):
        super().__init__(**kwargs)
        self.manager = manager

    def act(self, images, logs):
        require_disk(self.manager.directory, self.model)
        self.manager.save(checkpoint_number=self.model.images_now())
