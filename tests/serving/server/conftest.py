"""Servers in processes of their own."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from toy_model import SIDE, save_toy


@dataclass
class Server:
    """A running `ct2xkeras serve`."""

    process: subprocess.Popen
    rest: str
    grpc: str

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def stop(self, number=signal.SIGTERM):
        """Ask it to stop; returns its exit status and the last line it printed."""
        self.process.send_signal(number)
        lines = self.process.communicate(timeout=60)[0].splitlines()
        return self.process.returncode, lines[-1] if lines else ""


@pytest.fixture(scope="session")
def start_server(tmp_path_factory):
    """Starts servers on free ports; stops what is left at the end."""
    running, log_folder = [], tmp_path_factory.mktemp("logs")

    def start(folder, *options):
        command = [sys.executable, "-c", "from ct2xkeras.cli.main import main; main()"]
        command += ["serve", str(folder), "--rest-port", "0", "--grpc-port", "0", *options]
        log = (log_folder / str(len(running))).open("w+")
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        running.append(process)
        found = re.match(r"REST (\S+)  gRPC (\S+)", process.stdout.readline())
        assert found, log.seek(0) or log.read()
        return Server(process, *found.groups())

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served-models-of-this-machine")
    (folder / "toy").mkdir()
    save_toy(folder / "toy", 1, 2.0)
    return folder


@pytest.fixture(scope="session")
def toy_server(toy_folder, start_server):
    limits = ("--max-request-mb", "4", "--max-rows", "64", "--timeout", "20")
    return start_server(toy_folder, "--no-page", *limits)


@pytest.fixture
def numbers(rng):
    return rng.uniform(-1, 1, (3, SIDE)).astype("float32")


@pytest.fixture
def byte_strings():
    return np.array([b"a\x00\xff\x00", b"", b"text"], object)
