"""How a server listens, and its limits."""

from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class ServerSettings:
    """Addresses and limits of the development server.

    Args:
        host: address to listen on; the default is reached from this computer only.
        rest_port, grpc_port: 0 takes any free one.
        poll: seconds between looks for new versions.
        max_request_mb: largest request, MiB.
        max_rows: most rows (first axis) of one request, and of requests that are joined.
        queue: most requests at a time, running or waiting; more are refused as UNAVAILABLE.
        timeout: seconds for one request, in a REST answer's whole way and for a gRPC call without
            a deadline; also how long a stopping server goes on with what it accepted.
        workers: requests that run at a time. TensorFlow gives each all cores.
    """

    host: str = "127.0.0.1"
    rest_port: int = 8501
    grpc_port: int = 8500
    poll: float = 2.0
    max_request_mb: int = 512
    max_rows: int = 256
    queue: int = 128
    timeout: float = 60.0
    workers: int = 2

    @property
    def max_request_bytes(self) -> int:
        return self.max_request_mb * MEGABYTE
