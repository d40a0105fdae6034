"""Recipes that come with the package, by name: `quickstart`, `ablations/no_structure`."""

import difflib
from pathlib import Path

from ct2xkeras.recipe.errors import RecipeError

PACKAGE = Path(__file__).parents[1]
BENCHES = "bench"  # folder of files that are no recipes but name several


def packaged_folder() -> Path:
    """Where they are: inside the package when it was installed, beside it in a checkout."""
    installed = PACKAGE / "recipes"
    return installed if installed.is_dir() else PACKAGE.parent / "recipes"


def packaged_file(name) -> Path:
    """Where the recipe of that name would be."""
    return packaged_folder() / f"{name}.yaml"


def packaged_names() -> list[str]:
    """Names of all recipes that are there."""
    folder = packaged_folder()
    files = (path.relative_to(folder) for path in folder.rglob("*.yaml"))
    return sorted(p.with_suffix("").as_posix() for p in files if p.parts[0] != BENCHES)


def find_recipe(path) -> Path:
    """The file that `path` is, or the packaged recipe of that name where there is no such file.

    Raises:
        RecipeError: there is neither, but a packaged recipe of nearly that name.
    """
    path = Path(path)
    if path.is_file():  # a folder of that name, such as a data set, is none
        return path
    packaged = packaged_file(path)
    if packaged.is_file():
        return packaged
    if close := difflib.get_close_matches(path.stem, packaged_names(), n=1):
        meant = f"did you mean {close[0]}, which comes with ct2xkeras?"
        raise RecipeError(f"{path}: there is no such recipe file ({meant}).")
    return path
