"""The function that Keras' `fit` calls for each step: the batch first, then the compiled step."""

import functools
import time

import tensorflow as tf


def make_train_function(model):
    """A function of an iterator that takes the next step, or the next `steps_per_execution`.

    Keras' own takes the batch inside of the compiled step, where nobody sees how long it was
    waited for, and cannot put together the logs of several workers. This one adds the seconds of
    waiting to `model.seconds_waited`, gives the logs' means over all replicas, and compiles the
    step anew where `model.phase` changes.
    """

    @tf.autograph.experimental.do_not_convert
    def step(batch):
        strategy, names = model.distribute_strategy, []

        def replica_step(batch):
            logs = model.train_step(batch)
            names[:] = logs
            return tf.stack(list(logs.values()))

        values = strategy.run(replica_step, args=(batch,))
        # One sum over replicas for all logs: each is a message to every worker.
        means = strategy.reduce(tf.distribute.ReduceOp.MEAN, values, axis=None)
        return dict(zip(names, tf.unstack(means), strict=True))

    @functools.cache
    def step_of(phase):
        if model.run_eagerly:
            return step
        return tf.function(step, jit_compile=model.jit_compile, reduce_retracing=True)

    def steps(iterator):
        logs = None
        for _ in range(model.steps_per_execution):
            batch = _next(model, iterator)
            if batch is None:
                break
            logs = step_of(model.phase)(batch)
        if logs is None:
            raise StopIteration
        return logs

    return steps


def _next(model, iterator):
    """The next batch, or None where the data end."""
    begun = time.perf_counter()
    try:
        return next(iterator)
    except (StopIteration, tf.errors.OutOfRangeError):
        return None
    finally:
        model.seconds_waited += time.perf_counter() - begun
