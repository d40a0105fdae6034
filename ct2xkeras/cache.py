"""Where things that can be made again are kept between runs."""

import os
import sys
from pathlib import Path

#: Environment variable that names the folder; without it, it is in the user's cache folder.
VARIABLE = "CT2XKERAS_CACHE"


def cache_folder(part):
    """The folder of one kind of things, such as `weights`; it need not be there yet."""
    given = os.environ.get(VARIABLE)
    return (Path(given) if given else _users_caches() / "ct2xkeras") / part


def _users_caches():
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
