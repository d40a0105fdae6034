"""One case of the training benchmark, in a process of its own; prints what it found as JSON."""

import json
import resource
import statistics
import sys
import time
from pathlib import Path


def main(preset, settings, steps, folder):
    import ct2xkeras  # noqa: F401 - before TensorFlow, as users have it
    from ct2xkeras.quiet import quiet_tensorflow

    quiet_tensorflow()
    import numpy as np
    from rich.console import Console

    from ct2xkeras.recipe import Recipe
    from ct2xkeras.training import train as training
    from ct2xkeras.training.run_folder import RunFolder

    training_settings = {"images": 8 * steps, "log_every": 80, "sample_every": 10**9} | settings
    recipe = Recipe.model_validate(
        {
            "name": "benchmark",
            "data": {
                "phantoms": {"cts": 4, "xrays": 8},
                "poses_per_ct": 12,
                "pose_prior": {"footprint": [120, 200]},
                "directory": str(Path(folder) / "data"),
            },
            "model": {"preset": preset},
            "training": training_settings | {"checkpoint_every": 10**9},
        }
    )
    found = {}
    # The pieces of a training, timed where they happen.
    clock = _Clock(training.acts, found)
    begun = time.perf_counter()
    run = RunFolder(Path(folder) / f"run{time.time_ns()}")
    with clock:
        training.train(recipe, run, Console(quiet=True))
    ends = np.asarray(clock.ends)
    found["first_step"] = ends[0] - clock.fit_began
    found["images_per_second"] = 8 * (len(ends) - 1) * clock.per_call / (ends[-1] - ends[0])
    found["waiting"] = clock.waited / (ends[-1] - ends[0])
    found["bare_images_per_second"] = 8 / _bare_step(clock.model, recipe, steps)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["whole"] = time.perf_counter() - begun
    return found


class _Clock:
    """Notes when steps end, and how long checkpoints and pictures take."""

    def __init__(self, acts, found):
        self.acts, self.found = acts, found
        self.ends, self.waited = [], 0.0

    def __enter__(self):
        self.originals = {}
        for name, key in (("Checkpoints", "checkpoint"), ("SampleGrid", "pictures")):
            self._time(getattr(self.acts, name), key)
        kept, clock = self.acts.NewMeans.on_train_batch_end, self

        def note(callback, batch, logs=None):
            kept(callback, batch, logs)
            clock.model = callback.model
            clock.ends.append(time.perf_counter())
            if len(clock.ends) == 1:
                clock.waited_before = callback.model.seconds_waited
                clock.per_call = callback.model.steps_per_execution
            clock.waited = callback.model.seconds_waited - clock.waited_before

        began = self.acts.NewMeans.on_train_begin

        def begin(callback, logs=None):
            began(callback, logs)
            clock.fit_began = time.perf_counter()

        self.acts.NewMeans.on_train_batch_end = note
        self.acts.NewMeans.on_train_begin = begin
        return self

    def _time(self, callback, key):
        act = callback.act

        def timed(*args):
            begun = time.perf_counter()
            act(*args)
            self.found[key] = time.perf_counter() - begun

        callback.act = timed

    def __exit__(self, *_):
        pass


def _bare_step(model, recipe, steps):
    """Median seconds of the compiled step on one batch that is there already."""
    from ct2xkeras.data import training_dataset

    settings = recipe.training
    batches = training_dataset(
        recipe.data.directory, settings.volumes_per_batch, settings.views_per_volume
    )
    strategy = model.distribute_strategy
    if strategy.num_replicas_in_sync > 1:
        batches = strategy.experimental_distribute_dataset(batches)
    batch = next(iter(batches))
    times = []
    for _ in range(steps // model.steps_per_execution):
        begun = time.perf_counter()
        logs = model.train_function(iter([batch] * model.steps_per_execution))
        float(logs["loss"])
        times.append((time.perf_counter() - begun) / model.steps_per_execution)
    return statistics.median(times)


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
