"""Recipes that extend others: `extends: other.yaml`."""

import difflib
import os
from pathlib import Path

from ct2xkeras.recipe.document import Document, read_document
from ct2xkeras.recipe.errors import RecipeError
from ct2xkeras.recipe.packaged import find_recipe, packaged_file

EXTENDS = "extends"


def read_chain(path) -> list[Document]:
    """The file of a recipe, the one that it extends, and so on.

    `path` may be the name of a packaged recipe. `extends` is a path relative to the extending
    file, or the name of a recipe beside it, without `.yaml`, or of a packaged one.

    Raises:
        RecipeError: names file, line and column of an `extends` that leads nowhere or in a circle.
    """
    chain = [read_document(find_recipe(path))]
    while EXTENDS in chain[-1].values:
        base = _extended_file(chain[-1])
        seen = [document.path.resolve() for document in chain]
        if base.resolve() in seen:
            circle = chain[seen.index(base.resolve()) :]
            way = " -> ".join(str(path) for path in [*(d.path for d in circle), circle[0].path])
            raise _error(chain[-1], f"goes in a circle, {way}")
        chain.append(read_document(base))
    return chain


def merged_chain(chain) -> dict:
    """What a chain of recipes says in all: each one's values over those that it extends."""
    values = {}
    for document in reversed(chain):
        values = merged(values, document.values)
    return {name: value for name, value in values.items() if name != EXTENDS}


def merged(base, changes):
    """`changes` over `base`: mappings key by key, everything else, lists too, as a whole."""
    if not (isinstance(base, dict) and isinstance(changes, dict)):
        return changes
    return base | {key: merged(base.get(key), value) for key, value in changes.items()}


def _extended_file(document) -> Path:
    name = document.values[EXTENDS]
    if not isinstance(name, str) or not name:
        raise _error(document, f"expected the path of one recipe, found {name!r}")
    folder = document.path.parent
    for path in (folder / name, folder / f"{name}.yaml", packaged_file(name)):
        if path.is_file():
            return _shortened(path)
    raise _error(document, f"there is no recipe {folder / name}{_suggestion(folder / name)}")


def _shortened(path):
    """`a/../b.yaml` as `b.yaml`, unless a symbolic link makes that another file."""
    short = Path(os.path.normpath(path))
    return short if short.exists() and short.samefile(path) else path


def _suggestion(path):
    beside = sorted(other.stem for other in path.parent.glob("*.yaml"))
    close = difflib.get_close_matches(path.stem, beside, n=1)
    return f" (did you mean {close[0]}.yaml?)" if close else ""


def _error(document, problem):
    return RecipeError(f"{document.place((EXTENDS,))}: {EXTENDS}: {problem}.")
