"""What REST, gRPC and the page ask for: one request from admission to answer."""

import asyncio
import contextlib
import logging
import time

from ct2xkeras.serving.server.batching import Batcher
from ct2xkeras.serving.server.errors import ServingError
from ct2xkeras.serving.server.servable import check_finite
from ct2xkeras.serving.server.telemetry import Telemetry

logger = logging.getLogger(__name__)


class Service:
    """Models of a repository behind a queue.

    Args:
        repository: `Repository`.
        settings: `ServerSettings`.
    """

    def __init__(self, repository, settings):
        self.repository, self.settings = repository, settings
        self.telemetry = Telemetry()
        observe = self.telemetry.joined.observe
        self._batcher = Batcher(settings.workers, settings.max_rows, observe)
        self._under_way = 0
        self.answered = 0

    @contextlib.asynccontextmanager
    async def request(self, interface, model=""):
        """Admits a request, counts it, and turns any failure into a `ServingError`."""
        status, start = "OK", time.perf_counter()
        try:
            with self._place():
                yield
        except ServingError as error:
            status = error.status
            raise
        except asyncio.TimeoutError:
            status = "DEADLINE_EXCEEDED"
            raise ServingError(status, "The request was not answered in time.") from None
        except asyncio.CancelledError:
            status = "CANCELLED"
            raise
        except Exception:
            status = "INTERNAL"
            logger.exception("A request failed")
            raise ServingError(status, "The server failed; its log says why.") from None
        finally:
            model = model if model in self.repository.models else ""
            self.telemetry.requests.labels(model, interface, status).inc()
            self.telemetry.seconds.labels(model, interface).observe(time.perf_counter() - start)

    @contextlib.contextmanager
    def _place(self):
        if self._under_way >= self.settings.queue:
            raise ServingError("UNAVAILABLE", "The server has too much to do: try again later.")
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self.answered += 1

    async def run(self, servable, signature, inputs, wanted=()):
        """Outputs of a request.

        Args:
            signature: `Signature`.
            inputs: {name: array} of its dtypes.
            wanted: names of outputs; all without any.

        Raises:
            ServingError: the inputs do not fit, or the model fails.
        """
        signature.check_output_names(wanted)
        await asyncio.to_thread(signature.check, inputs, self.settings.max_rows)
        outputs = await self._batcher.submit(servable, signature.name, inputs)
        outputs = {name: outputs[name] for name in wanted or outputs}
        await asyncio.to_thread(check_finite, outputs)
        return outputs

    def metrics(self) -> bytes:
        """Prometheus' text."""
        self.telemetry.under_way.set(self._under_way)
        for name, model in list(self.repository.models.items()):
            version = model.servable.version if model.servable else 0
            self.telemetry.version.labels(name).set(version)
        return self.telemetry.text()

    def close(self):
        """End the model's threads."""
        self._batcher.close()
