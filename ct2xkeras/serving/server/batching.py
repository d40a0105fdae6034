"""Requests that wait at the same time are joined along the first axis and run as one.

Nothing waits for company: as soon as a worker is free it takes the oldest request and all that
can go with it. One request alone is as fast as without joining.
"""

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ct2xkeras.serving.server.errors import ServingError


@dataclass(eq=False)
class Job:
    """A request under way.

    Args:
        servable: answers it, whatever newer version there is by then.
        signature: name.
        inputs: {name: array}, checked.
        result: future of the outputs.
    """

    servable: object
    signature: str
    inputs: dict[str, np.ndarray]
    result: asyncio.Future

    @property
    def rows(self) -> int:
        """Common number of rows of the inputs; 0 where they have none, or different ones."""
        counts = {array.shape[0] if array.ndim else 0 for array in self.inputs.values()}
        return counts.pop() if len(counts) == 1 else 0

    @property
    def key(self):
        """Equal for requests that can be joined."""
        shapes = ((name, array.shape[1:]) for name, array in sorted(self.inputs.items()))
        return id(self.servable), self.signature, tuple(shapes)


class Batcher:
    """Runs jobs in threads, joined where possible.

    Args:
        workers: runs at a time.
        max_rows: of joined requests.
        observe: called with the number of requests of each run.
    """

    def __init__(self, workers, max_rows, observe=lambda size: None):
        self._idle, self._max_rows, self._observe = workers, max_rows, observe
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="model")
        self._waiting = deque()
        self._tasks = set()

    async def submit(self, servable, signature, inputs) -> dict[str, np.ndarray]:
        """Outputs of a request; cancelling drops it if it has not begun."""
        result = asyncio.get_running_loop().create_future()
        self._waiting.append(Job(servable, signature, inputs, result))
        self._start()
        return await result

    def close(self):
        """End the threads, after what they are at."""
        self._threads.shutdown()

    def _start(self):
        while self._idle and (jobs := self._take()):
            self._idle -= 1
            task = asyncio.create_task(self._run(jobs))
            self._tasks.add(task)  # the loop itself would not keep it
            task.add_done_callback(self._tasks.discard)

    def _take(self):
        """The oldest job that is still wanted, and those that can be joined to it."""
        waiting = [job for job in self._waiting if not job.result.done()]
        jobs, rows = waiting[:1], waiting[0].rows if waiting else 0
        for job in waiting[1:] if rows else ():
            fits = job.rows and job.key == jobs[0].key and rows + job.rows <= self._max_rows
            if fits:
                jobs.append(job)
                rows += job.rows
        taken = set(jobs)
        self._waiting = deque(job for job in waiting if job not in taken)
        return jobs

    async def _run(self, jobs):
        self._observe(len(jobs))
        loop = asyncio.get_running_loop()
        try:
            outcomes = await loop.run_in_executor(self._threads, run_jobs, jobs)
        except Exception as error:
            outcomes = [error] * len(jobs)
        for job, outcome in zip(jobs, outcomes, strict=True):
            if job.result.done():
                continue
            if isinstance(outcome, Exception):
                job.result.set_exception(outcome)
            else:
                job.result.set_result(outcome)
        self._idle += 1
        self._start()


def run_jobs(jobs) -> list:
    """Outputs, or the error, of each job; joined jobs that fail are run one by one."""
    if len(jobs) > 1:
        try:
            return _run_joined(jobs)
        except ServingError:
            pass
    return [_run_alone(job) for job in jobs]


def _run_alone(job):
    try:
        return job.servable.run(job.signature, job.inputs)
    except ServingError as error:
        return error


def _run_joined(jobs):
    names = jobs[0].inputs
    inputs = {name: np.concatenate([job.inputs[name] for job in jobs]) for name in names}
    outputs = jobs[0].servable.run(jobs[0].signature, inputs)
    ends = np.cumsum([job.rows for job in jobs])
    if any(not array.ndim or len(array) != ends[-1] for array in outputs.values()):
        raise ServingError("INTERNAL", "results have other rows than inputs")
    parts = {name: np.split(array, ends[:-1]) for name, array in outputs.items()}
    return [{name: parts[name][index] for name in parts} for index in range(len(jobs))]
