"""Many clients at once: nothing fails, also while versions change and while the server stops."""

import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import numpy as np
import pytest
import urllib3
from toy_model import SIDE, save_toy

from ct2xkeras.serving import Client

CLIENTS, REQUESTS = 32, 2000
GROWTH = 40 * 2**20  # bytes: allocators' leftovers, far below 2000 leaked requests


def ask_all(addresses, requests, check, clients=CLIENTS):
    """Send requests from many threads, each with connections of its own."""
    local = threading.local()

    def one(index):
        if not hasattr(local, "clients"):
            local.clients = [Client(address, "toy", retries=0) for address in addresses]
        x = np.random.default_rng(index).uniform(-1, 1, (1 + index % 4, SIDE)).astype("float32")
        check(x, local.clients[index % len(addresses)].predict(x=x)["y"])

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(one, range(requests)))


@pytest.mark.slow
def test_32_clients_2000_requests_no_failure_no_growth(toy_folder, start_server):
    server = start_server(toy_folder, "--no-page")

    def check(x, y):
        np.testing.assert_allclose(y, 2 * x, atol=1e-6)

    addresses = (server.rest, server.grpc)
    ask_all(addresses, REQUESTS // 4, check)
    before = server.memory()
    ask_all(addresses, REQUESTS, check)
    assert server.memory() - before < GROWTH
    text = urllib3.request("GET", f"{server.rest}/monitoring/prometheus/metrics").data.decode()
    joined = float(re.search(r"joined_requests_count (\S+)", text)[1])
    asked = float(re.search(r"joined_requests_sum (\S+)", text)[1])
    assert asked == 1.25 * REQUESTS
    assert joined < asked  # some ran together
    assert server.stop()[0] == 0


@pytest.mark.slow
def test_a_new_version_takes_over_without_a_failed_request(tmp_path, start_server):
    folder = tmp_path / "toy"
    folder.mkdir()
    save_toy(folder, 1, 2.0)
    server = start_server(tmp_path, "--no-page", "--poll", "0.1")
    seen = []

    def check(x, y):
        (factor,) = {round(float(value), 3) for value in (y / x).ravel()}
        seen.append(factor)

    def swap():
        for version, factor in ((2, 3.0), (3, 5.0)):
            save_toy(folder, version, factor)
            client = Client(server.rest, "toy")
            while client.states().get(version) != "AVAILABLE":
                time.sleep(0.05)
            done.append(version)

    done = []
    swapping = threading.Thread(target=swap)
    swapping.start()
    while len(done) < 2:
        ask_all((server.rest, server.grpc), 100, check, clients=8)
    swapping.join()
    ask_all((server.rest,), 8, check, clients=8)
    assert set(seen) == {2.0, 3.0, 5.0}
    assert seen[-8:] == [5.0] * 8


@pytest.mark.slow
def test_sigterm_under_load_answers_what_was_accepted(toy_folder, start_server):
    server = start_server(toy_folder, "--no-page")
    parts = urlsplit(server.rest)
    body = json.dumps({"signature_name": "slow", "instances": [[1.0] * SIDE]}).encode()
    head = "POST /v1/models/toy:predict HTTP/1.1\r\nHost: a\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    answers, stopping = [], threading.Event()

    def ask_on():
        while not stopping.is_set():
            try:
                with socket.create_connection((parts.hostname, parts.port), 30) as connection:
                    connection.sendall(head.encode() + body)
                    answers.append(connection.recv(65536))
            except OSError:
                answers.append(b"")

    threads = [threading.Thread(target=ask_on) for _ in range(16)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    status, said = server.stop()
    stopping.set()
    for thread in threads:
        thread.join()
    answered = [answer for answer in answers if answer]
    assert status == 0
    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answered)
    assert said == f"Stopped; {len(answered)} requests answered."
    assert len(answered) > 16
