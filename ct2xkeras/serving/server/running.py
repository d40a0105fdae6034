"""A server's life: load, listen, look for new versions, and stop without dropping a request."""

import asyncio
import contextlib
import logging
import signal
from dataclasses import dataclass

from aiohttp import web

from ct2xkeras.serving.server.grpc_services import make_server
from ct2xkeras.serving.server.repository import Repository
from ct2xkeras.serving.server.rest import make_application
from ct2xkeras.serving.server.servable import load
from ct2xkeras.serving.server.service import Service

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Addresses:
    """Where a server listens."""

    rest: str
    grpc: str


def open_repository(folder) -> Repository:
    """The repository of a folder with at least one model that could be loaded.

    Raises:
        ValueError: there is none.
    """
    repository = Repository(folder, load)
    repository.poll()
    if not repository.models:
        raise ValueError(
            f"{folder}: expected NAME/VERSION/saved_model.pb below it, found none. "
            f"`ct2xkeras export RUN {folder}/NAME` writes one."
        )
    if not any(model.servable for model in repository.models.values()):
        raise ValueError(
            f"{folder}: none of its models could be loaded: {', '.join(sorted(repository.models))}."
        )
    return repository


async def serve(repository, settings, on_ready=lambda addresses: None, with_page=True) -> int:
    """Serve until SIGTERM or SIGINT, then answer what was accepted; a second signal ends at once.

    Args:
        repository: `Repository`, polled already.
        settings: `ServerSettings`.
        on_ready: called with `Addresses` once both interfaces listen.

    Returns:
        Number of requests answered.

    Raises:
        OSError: a port is taken.
    """
    service = Service(repository, settings)
    stop = _stop_event()
    application = make_application(service)
    if with_page:
        from ct2xkeras.serving.page import add_page

        add_page(application, service)
    runner = web.AppRunner(
        application,
        access_log=None,
        handler_cancellation=True,
        shutdown_timeout=settings.timeout,
    )
    server = make_server(service)
    await runner.setup()
    polling = None
    try:
        addresses = await _listen(runner, server, settings)
        polling = asyncio.create_task(_poll(repository, settings.poll))
        on_ready(addresses)
        await stop.wait()
    finally:
        if polling:
            polling.cancel()
        await asyncio.gather(server.stop(settings.timeout), runner.cleanup())
        service.close()
    return service.answered


async def _listen(runner, server, settings):
    host = settings.host
    site = web.TCPSite(runner, host, settings.rest_port)
    await site.start()
    rest_port = runner.addresses[0][1]
    shown = f"[{host}]" if ":" in host else host
    try:
        grpc_port = server.add_insecure_port(f"{shown}:{settings.grpc_port}")
    except RuntimeError:
        grpc_port = 0
    if not grpc_port:
        raise OSError(f"--grpc-port {settings.grpc_port}: it cannot be listened on; is it taken?")
    await server.start()
    return Addresses(f"http://{shown}:{rest_port}", f"grpc://{shown}:{grpc_port}")


async def _poll(repository, seconds):
    while True:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(repository.poll)
        except Exception:
            logger.exception("Looking for new versions failed")


def _stop_event():
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask():
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, ask)
    return stop
