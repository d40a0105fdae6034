import sys
from pathlib import Path

import pytest

from ct2xkeras.cache import cache_folder


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in ("CT2XKERAS_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))


def test_the_given_folder_comes_first(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    monkeypatch.setenv("CT2XKERAS_CACHE", "/given")
    assert cache_folder("weights") == Path("/given/weights")


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "/home/me/.cache"),
        ("darwin", None, "/home/me/Library/Caches"),
        ("win32", "LOCALAPPDATA", "/home/me/AppData/Local"),
    ],
)
def test_else_it_is_the_users_on_every_system(monkeypatch, platform, variable, expected):
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_folder("weights") == Path(expected, "ct2xkeras", "weights")
    if variable:
        monkeypatch.setenv(variable, "/moved")
        assert cache_folder("weights") == Path("/moved/ct2xkeras/weights")
