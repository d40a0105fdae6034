"""A client and servers that fail."""

import itertools
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ct2xkeras.serving import Client, ServerError

STATUS = {"model_version_status": [{"version": "3", "state": "AVAILABLE"}]}


@pytest.fixture
def start_script():
    """Starts a server that gives the answers of a list, one a request: (status, object), or None
    to cut the connection. Gives its address and the times of requests."""
    servers = []

    def start(answers):
        times = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                times.append(time.monotonic())
                answer = answers[min(len(times), len(answers)) - 1]
                if answer is None:
                    self.close_connection = True
                    return
                body = answer[1] if isinstance(answer[1], bytes) else json.dumps(answer[1]).encode()
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}", times

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_what_may_pass_is_asked_again_after_growing_pauses(start_script):
    busy = (503, {"error": "too much to do"})
    address, times = start_script([busy, None, busy, (200, STATUS)])
    assert Client(address, "m").states() == {3: "AVAILABLE"}
    pauses = [second - first for first, second in itertools.pairwise(times)]
    assert len(pauses) == 3
    assert pauses[2] >= 0.2  # half of 0.1 * 2**2
    assert pauses[0] >= 0.05


def test_a_refusal_is_not_repeated(start_script):
    address, times = start_script([(404, {"error": "no such model"})])
    with pytest.raises(ServerError, match="no such model") as caught:
        Client(address, "m").states()
    assert (caught.value.status, len(times)) == ("NOT_FOUND", 1)


def test_retries_end(start_script):
    address, times = start_script([(503, {"error": "too much to do"})])
    with pytest.raises(ServerError, match="too much to do"):
        Client(address, "m", retries=2).states()
    assert len(times) == 3
    with pytest.raises(ServerError, match=r"too much to do|no answer in time"):
        Client(address, "m", timeout=0.05, retries=100).states()
    assert len(times) <= 5


def test_answers_that_are_no_json_are_said(start_script):
    address, _ = start_script([(200, b"<html>")])
    with pytest.raises(ServerError, match="not in JSON"):
        Client(address, "m").states()


def test_a_server_that_is_silent_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ServerError, match="no answer in time"):
            Client(address, "m", timeout=0.3).states()


@pytest.mark.parametrize("address", ["localhost:8501", "ftp://a", "http://", ""])
def test_addresses_need_a_scheme(address):
    with pytest.raises(ValueError, match="expected an address"):
        Client(address, "m")
