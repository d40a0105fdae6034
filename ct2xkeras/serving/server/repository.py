"""Models of a folder: the newest version of each is loaded while the older one still answers."""

import gc
import logging
from dataclasses import dataclass, field
from pathlib import Path

from ct2xkeras.serving.server.errors import ServingError
from ct2xkeras.serving.server.signatures import LONGEST_NAME, similar

GRAPH_FILE = "saved_model.pb"

logger = logging.getLogger(__name__)


@dataclass
class Model:
    """What is known of one model.

    Args:
        servable: the version that answers; None before the first is loaded.
        states: {version: (state, error)} in TF Serving's words.
        refused: {version: time of change} of versions that could not be loaded.
    """

    servable: object = None
    states: dict[int, tuple[str, str]] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)


class Repository:
    """Folders NAME/VERSION/ below `folder`; or `folder` is NAME itself.

    Args:
        load: (name, version, path) to a servable.
    """

    def __init__(self, folder, load):
        self._folder, self._load = Path(folder), load
        self.models: dict[str, Model] = {}
        self._dropped = False

    def poll(self):
        """Bring what is loaded in line with the folder. Blocks while a version is loaded."""
        if self._dropped:  # by now its last request is likely done
            self._dropped = False
            gc.collect()
        found = find_models(self._folder)
        for name in found.keys() | self.models.keys():
            versions = found.get(name, {})
            if versions or name in self.models:
                self._update(name, self.models.setdefault(name, Model()), versions)

    def _update(self, name, model, versions):
        for version in sorted(versions, reverse=True):
            path = versions[version]
            if model.servable and model.servable.version == version:
                break
            if model.refused.get(version) == _changed(path):
                continue
            if self._try_to_load(name, model, version, path):
                break
        else:
            if model.servable and model.servable.version not in versions:
                self._replace(model, None)

    def _try_to_load(self, name, model, version, path):
        model.states[version] = ("LOADING", "")
        changed = _changed(path)
        try:
            servable = self._load(name, version, path)
        except Exception as error:
            logger.error("%s could not be loaded: %s", path, error)
            model.refused[version] = changed
            model.states[version] = ("END", "could not be loaded; the server's log says why")
            return False
        self._replace(model, servable)
        model.states[version] = ("AVAILABLE", "")
        logger.warning("Serving %s, version %s", name, version)
        return True

    def _replace(self, model, servable):
        """New requests go to `servable`; the old one goes when its last request ends."""
        if model.servable:
            model.states[model.servable.version] = ("END", "")
            self._dropped = True
        model.servable = servable

    def find(self, name, version=None):
        """The servable of a model.

        Raises:
            ServingError: NOT_FOUND.
        """
        servable = self._model(name).servable
        if servable is None or version not in (None, servable.version):
            which = "version that can be used" if version is None else f"version {version}"
            there = f"; there is {servable.version}." if servable else "."
            raise ServingError("NOT_FOUND", f"Model {name!r} has no {which}{there}")
        return servable

    def states(self, name, version=None):
        """[(version, state, error)], newest first.

        Raises:
            ServingError: NOT_FOUND.
        """
        states = self._model(name).states
        chosen = [number for number in sorted(states, reverse=True) if version in (None, number)]
        if not chosen:
            raise ServingError("NOT_FOUND", f"Model {name!r} has no version {version}.")
        return [(number, *states[number]) for number in chosen]

    def _model(self, name):
        if name not in self.models:
            known = similar(name, sorted(self.models)) if self.models else "."
            raise ServingError("NOT_FOUND", f"There is no model {name[:LONGEST_NAME]!r}{known}")
        return self.models[name]


def find_models(folder) -> dict[str, dict[int, Path]]:
    """{name: {version: path}} of complete SavedModels."""
    here = _versions(folder)
    if here:
        return {folder.resolve().name: here}
    return {path.name: found for path in _folders(folder) if (found := _versions(path))}


def _versions(folder):
    paths = [path for path in _folders(folder) if path.name.isascii() and path.name.isdigit()]
    return {int(path.name): path for path in paths if (path / GRAPH_FILE).is_file()}


def _folders(folder):
    try:
        return [path for path in folder.iterdir() if path.is_dir() and path.name[0] != "."]
    except OSError:
        return []


def _changed(path):
    try:
        return (path / GRAPH_FILE).stat().st_mtime_ns
    except OSError:
        return None
