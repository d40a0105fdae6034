"""A map over processes: results in order, few waiting, workers that end with their parent."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

AHEAD = 1  # results that may wait for their turn, beside one for each worker
WORTH_IT = 64  # items, from which on several processes save more than their start takes


def default_workers(num_items: int) -> int:
    """One process for few items, else one a core."""
    return 1 if num_items < WORTH_IT else os.cpu_count() or 1


def ordered_map(function, items, workers: int = 1):
    """Yields `function(item)` for each item, in order.

    Memory is bounded: no more than `workers + AHEAD` results exist at a time, whatever the number
    of items. With one worker everything happens in this process.

    Args:
        function: a function of a module, since other processes import it.
        items: an iterable of what can be pickled.
        workers: number of processes; they compute on the CPU.

    Raises:
        ChildProcessError: a worker was killed, mostly for want of memory.
    """
    if workers <= 1:
        yield from map(function, items)
        return
    # TensorFlow cannot be forked once it runs threads
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_follow_parent)
    try:
        waiting = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) == workers + AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise ChildProcessError(
            "a worker process was ended from outside, mostly for want of memory; "
            "the same command goes on from the finished shards, try it with fewer workers."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _follow_parent() -> None:
    """In a worker: leave interruptions to the parent, and end when it does, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # an accelerator belongs to the parent
    from ct2xkeras.quiet import quiet_tensorflow

    quiet_tensorflow()
    parent = multiprocessing.parent_process()

    def watch():
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
