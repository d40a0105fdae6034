"""`ct2xkeras serve`."""

import errno
import socket
from pathlib import Path

import rich_click as click

from ct2xkeras.cli.numbers import FiniteRange
from ct2xkeras.cli.output import console, print_json
from ct2xkeras.cli.system_errors import in_our_words
from ct2xkeras.quiet import quiet_tensorflow
from ct2xkeras.serving.server.settings import ServerSettings

DEFAULTS = ServerSettings()
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command("serve")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--host",
    default=DEFAULTS.host,
    show_default=True,
    help="Address to listen on; 0.0.0.0 lets other computers in.",
)
@click.option(
    "--rest-port", type=click.IntRange(0, 65535), default=DEFAULTS.rest_port, show_default=True
)
@click.option(
    "--grpc-port", type=click.IntRange(0, 65535), default=DEFAULTS.grpc_port, show_default=True
)
@click.option(
    "--poll",
    type=FiniteRange(min=0.05),
    default=DEFAULTS.poll,
    show_default=True,
    help="Seconds between looks for new versions.",
)
@click.option(
    "--max-request-mb",
    type=click.IntRange(1, 2047),
    default=DEFAULTS.max_request_mb,
    show_default=True,
    help="Largest request, MiB.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(1),
    default=DEFAULTS.max_rows,
    show_default=True,
    help="Most rows of a request, and of requests that run together.",
)
@click.option(
    "--queue",
    type=click.IntRange(1),
    default=DEFAULTS.queue,
    show_default=True,
    help="Most requests at a time; more are refused.",
)
@click.option(
    "--timeout",
    type=FiniteRange(min=0.1),
    default=DEFAULTS.timeout,
    show_default=True,
    help="Seconds for a request.",
)
@click.option("--page/--no-page", default=True, show_default=True, help="A page to try models on.")
def command(folder, page, **options):
    """Serve the SavedModels below FOLDER (NAME/VERSION/) by TF Serving's REST and gRPC.

    A stand-in for development and tests. In production run TF Serving on the same folder
    (docs/serving.md). New versions are taken while it runs. Port 0 takes any free one.

    \b
    ct2xkeras serve SavedModels
    curl http://127.0.0.1:8501/v1/models/quickstart
    """
    import asyncio

    settings = ServerSettings(**options)
    quiet_tensorflow()
    try:
        from ct2xkeras.serving.server.running import open_repository, serve
    except ImportError as error:
        raise ValueError(
            f"Serving needs {error.name}: install it with `pip install 'ct2xkeras[serving]'`."
        ) from None

    def announce(addresses):
        console.print(f"REST {addresses.rest}  gRPC {addresses.grpc}")
        for name, model in sorted(repository.models.items()):
            version = model.servable.version if model.servable else "none yet"
            console.print(f"model {name}, version {version}", markup=False)
        if page:
            console.print(f"Page {addresses.rest}/")
        print_json({"rest": addresses.rest, "grpc": addresses.grpc})
        if settings.host not in LOOPBACK:
            console.print("Anyone who reaches this address can use it: there is no password.")

    repository = open_repository(folder)
    try:
        answered = asyncio.run(serve(repository, settings, announce, page))
    except OSError as error:
        raise OSError(_why_not_heard(error, settings)) from None
    console.print(f"Stopped; {answered} requests answered.")


def _why_not_heard(error, settings):
    """The option that keeps a server from listening, and the mend."""
    port = f"--rest-port {settings.rest_port}"
    if error.errno == errno.EADDRINUSE:
        return f"{port}: expected a free port, found it taken. Choose another, or 0 for any."
    if error.errno == errno.EACCES:
        return f"{port}: expected a port that you may listen on. Choose one from 1024 on."
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            f"--host {settings.host}: expected an address of this computer, found none of that "
            "name. 127.0.0.1 is itself alone, 0.0.0.0 all of its addresses."
        )
    return in_our_words(error)
