import asyncio
import threading

import numpy as np
import pytest

from ct2xkeras.serving.server.batching import Batcher
from ct2xkeras.serving.server.errors import ServingError


class Doubler:
    """Doubles; waits for `gate`; refuses negative numbers. Notes what it is given."""

    def __init__(self):
        self.gate, self.runs = threading.Event(), []

    def run(self, signature, inputs):
        self.gate.wait(10)
        self.runs.append(len(inputs["x"]))
        if (inputs["x"] < 0).any():
            raise ServingError("INVALID_ARGUMENT", "negative")
        return {"y": 2 * inputs["x"]}


def rows(*values):
    return {"x": np.array(values, "float32")[:, None]}


def ask(servable, requests, signature="f", **settings):
    """Submits the first request, the others while it runs; returns results or errors."""

    async def main():
        batcher = Batcher(**{"workers": 1, "max_rows": 4, **settings})
        tasks = [asyncio.create_task(batcher.submit(servable, signature, requests[0]))]
        await asyncio.sleep(0)
        tasks += [asyncio.create_task(batcher.submit(servable, signature, r)) for r in requests[1:]]
        await asyncio.sleep(0)
        servable.gate.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        batcher.close()
        return results

    return asyncio.run(main())


def test_requests_that_wait_run_together_up_to_the_limit_and_get_their_own_rows():
    servable = Doubler()
    results = ask(servable, [rows(1), rows(2), rows(3, 4), rows(5), rows(6)])
    assert [r["y"].ravel().tolist() for r in results] == [[2], [4], [6, 8], [10], [12]]
    assert servable.runs == [1, 4, 1]


def test_a_bad_request_fails_alone():
    servable = Doubler()
    good, bad, other = ask(servable, [rows(1), rows(2), rows(-1), rows(3)])[1:]
    assert (good["y"].item(), other["y"].item()) == (4, 6)
    assert isinstance(bad, ServingError)
    assert servable.runs == [1, 3, 1, 1, 1]


def test_inputs_with_different_numbers_of_rows_are_never_joined():
    servable = Doubler()
    mixed = [{**rows(n), "pose": np.zeros((3, 1), "float32")} for n in range(3)]
    ask(servable, mixed)
    assert servable.runs == [1, 1, 1]


def test_other_shapes_are_not_joined():
    servable = Doubler()
    wide = {"x": np.zeros((1, 2), "float32")}
    ask(servable, [rows(1), rows(2), wide, rows(3)])
    assert servable.runs == [1, 2, 1]


def test_a_request_given_up_while_waiting_never_runs():
    servable = Doubler()

    async def main():
        batcher = Batcher(1, 4)
        first = asyncio.create_task(batcher.submit(servable, "f", rows(1)))
        second = asyncio.create_task(batcher.submit(servable, "f", rows(2)))
        await asyncio.sleep(0)
        second.cancel()
        servable.gate.set()
        await asyncio.gather(first, second, return_exceptions=True)
        third = await batcher.submit(servable, "f", rows(3))
        batcher.close()
        return third

    assert asyncio.run(main())["y"].item() == 6
    assert servable.runs == [1, 1]


def test_an_error_that_is_no_refusal_reaches_the_caller():
    class Broken:
        gate = threading.Event()

        def run(self, signature, inputs):
            raise KeyError("oops")

    (result,) = ask(Broken(), [rows(1)])
    with pytest.raises(KeyError):
        raise result
