"""What the server counts, in Prometheus' text form."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128)


class Telemetry:
    """Counters of one server."""

    def __init__(self):
        self._registry = CollectorRegistry()

        def make(kind, name, text, labels=(), **options):
            name = f"ct2xkeras_serving_{name}"
            return kind(name, text, labels, registry=self._registry, **options)

        labels = ("model", "interface")
        self.requests = make(
            Counter, "requests", "Requests by their gRPC status", (*labels, "status")
        )
        self.seconds = make(
            Histogram, "request_seconds", "Time of requests", labels, buckets=SECONDS
        )
        self.joined = make(Histogram, "joined_requests", "Requests in one run", buckets=SIZES)
        self.under_way = make(Gauge, "requests_under_way", "Running and waiting requests")
        self.version = make(Gauge, "model_version", "Version that answers", ("model",))

    def text(self) -> bytes:
        """All of it."""
        return generate_latest(self._registry)
