"""Asking a server: which way, how often, and what can go wrong."""

import time

import numpy as np

SCHEMES = ("http", "https", "grpc", "grpcs")
UNAVAILABLE = "UNAVAILABLE"


class ServerError(OSError):
    """A server that cannot be reached, or that refuses a request.

    Args:
        status: gRPC's word, such as `INVALID_ARGUMENT`.
    """

    def __init__(self, address, status, message):
        super().__init__(f"{address}: {status}: {message}")
        self.status = status

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self.status == UNAVAILABLE


def open_transport(address, model, version=None):
    """The transport of an address such as `http://host:8501` or `grpc://host:8500`.

    Raises:
        ValueError: no such scheme, or what gRPC needs is not installed.
    """
    scheme, _, target = address.partition("://")
    if scheme not in SCHEMES or not target.strip("/"):
        raise ValueError(
            f"{address}: expected an address as http://HOST:8501 or grpc://HOST:8500 "
            f"(schemes {', '.join(SCHEMES)})."
        )
    if scheme.startswith("http"):
        from ct2xkeras.serving.rest_transport import RestTransport as Transport
    else:
        from ct2xkeras.serving.grpc_transport import GrpcTransport as Transport
    return Transport(address.rstrip("/"), model, version)


class Retries:
    """Asks again, after growing pauses, what may pass; in all no longer than `timeout` seconds."""

    FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # s

    def __init__(self, timeout, retries):
        self._timeout, self._retries = timeout, retries

    def __call__(self, ask):
        """`ask(seconds left)`, as often as it takes."""
        end = time.monotonic() + self._timeout
        for attempt in range(self._retries + 1):
            left = end - time.monotonic()
            try:
                return ask(left)
            except ServerError as error:
                pause = self._pause(attempt)
                last = attempt == self._retries or pause >= end - time.monotonic()
                if last or not error.may_pass:
                    raise
            time.sleep(pause)

    def _pause(self, attempt):
        longest = min(self.FIRST_PAUSE * 2**attempt, self.LONGEST_PAUSE)
        return longest * np.random.default_rng().uniform(0.5, 1.0)
