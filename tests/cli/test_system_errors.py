"""No error of the system reaches a user in the system's words alone."""

import errno
import socket

import pytest

from ct2xkeras.cli.main import main
from ct2xkeras.cli.serve import _why_not_heard
from ct2xkeras.cli.system_errors import in_our_words
from ct2xkeras.serving.server.settings import ServerSettings


@pytest.fixture
def run(capsys):
    """Exit status and error output of a command line."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        return stop.value.code or 0, capsys.readouterr().err

    return run


def test_the_file_is_named_with_what_was_expected(tmp_path):
    said = {}
    for name, path in (("none", tmp_path / "none"), ("folder", tmp_path)):
        with pytest.raises(OSError) as error:  # noqa: PT011
            path.read_text()
        said[name] = in_our_words(error.value)
    assert said == {
        "none": f"{tmp_path / 'none'}: expected a file or folder, found none. Check the path.",
        "folder": f"{tmp_path}: expected a file, found a folder. Check the path.",
    }
    full = OSError(errno.ENOSPC, "No space left on device", "log")
    assert in_our_words(full) == "log: no space left on device. Check the path and its disk."
    assert in_our_words(OSError(errno.ENOSPC, "No space left on device")).startswith("no space")
    assert in_our_words(OSError("a port is taken.")) == "a port is taken."


def test_files_that_are_not_there_are_asked_for_by_what_they_are(run, tmp_path):
    none = tmp_path / "none"
    drr = ("drr", none, "--view", "pa", "--out", tmp_path)
    assert run("weights", "import", none)[1].startswith(
        f"Error: {none}: expected a file of weights, found none."
    )
    assert run(*drr, "--size", "²")[1].startswith("Error: --size ²: expected N or ROWSxCOLUMNS")


def test_landmarks_that_are_not_there(tmp_path):
    from ct2xkeras.cli.drr_scene import read_landmarks

    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(ValueError, match=f"--landmarks {path}: expected a JSON file"):
            read_landmarks(path)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EADDRINUSE, "bind on address"), "--rest-port 8501: expected a free port"),
        (OSError(errno.EACCES, "bind on address"), "Choose one from 1024 on."),
        (OSError(errno.EADDRNOTAVAIL, "bind"), "--host 127.0.0.1: expected an address of this"),
        (socket.gaierror(-2, "Name or service not known"), "--host 127.0.0.1: expected an address"),
        (OSError("--grpc-port 1: is it taken?"), "--grpc-port 1: is it taken?"),
    ],
)
def test_what_keeps_a_server_from_listening_is_named_by_its_option(error, said):
    assert said in _why_not_heard(error, ServerSettings())
