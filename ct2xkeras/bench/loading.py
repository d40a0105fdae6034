"""Bench files and the recipes that they name, with every change that they make to them."""

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from ct2xkeras.bench.schema import Bench, BenchEvaluation, BenchMethod
from ct2xkeras.data import DatasetSpec
from ct2xkeras.recipe import Recipe, RecipeError
from ct2xkeras.recipe.checking import located_dataset_spec
from ct2xkeras.recipe.document import Document
from ct2xkeras.recipe.explaining import explain, located
from ct2xkeras.recipe.extending import EXTENDS, merged_chain, read_chain
from ct2xkeras.recipe.loading import load_chain
from ct2xkeras.recipe.origins import Origins
from ct2xkeras.recipe.overrides import read_override, with_override

#: Fields of a bench that `--set` changes; all others are fields of recipes.
SETTABLE = ("title", "minutes", "seeds", "evaluation")

#: Fields of recipes that a bench may not change, and where it says them.
DECIDED = {("seed",): "seeds", ("training", "max_minutes"): "minutes", (EXTENDS,): "recipe"}


@dataclass(frozen=True)
class LoadedBench:
    """A bench file that was read.

    Args:
        bench: what it says.
        recipes: {name of a method: its `Recipe`}, but for seed and minutes of a run.
        spec: of the data set that all of them share.
    """

    bench: Bench
    recipes: dict[str, Recipe]
    spec: DatasetSpec


def load_bench(path, overrides=()) -> LoadedBench:
    """Read and check a bench file and its recipes; as a recipe, it may extend another one.

    Args:
        path: a YAML file, or the name of a packaged one, `bench/phantom`.
        overrides: texts `a.b=value`, of a field of the bench (`SETTABLE`) or of all its recipes.

    Raises:
        RecipeError: a line for each problem, `file:line:col: field: what is wrong`.
    """
    chain = read_chain(path)
    ours = tuple(text for text in overrides if text.split(".")[0].split("=")[0] in SETTABLE)
    theirs = tuple(text for text in overrides if text not in ours)
    for override in map(read_override, theirs):
        _refuse_misplaced(override)
    changes = tuple(map(read_override, ours))
    origins = Origins(tuple(chain), changes)
    bench = _validated(merged_chain(chain), changes, origins)
    _refuse_decided(bench, origins)
    recipes, specs = _recipes(bench, theirs, origins)
    return LoadedBench(bench, recipes, _shared_spec(recipes, specs, origins))


def _refuse_misplaced(override):
    """Raises where a change of all recipes should be one of the bench."""
    name, *inner = override.field
    if override.field in DECIDED:
        raise RecipeError(f"{override}: is said by `{DECIDED[override.field]}`.")
    close = () if name in Recipe.model_fields else difflib.get_close_matches(name, SETTABLE, n=1)
    if close:
        meant = ".".join((*close, *inner))
        raise RecipeError(f"{override}: {name}: unknown field (did you mean {meant}?).")


def _validated(values, changes, origins):
    for change in changes:
        values = with_override(values, change)
    try:
        return Bench.model_validate(values)
    except ValidationError as error:
        raise RecipeError(*(_explain(found, origins) for found in error.errors())) from None


def _explain(error, origins):
    """As `explain` does for recipes; unknown fields are compared with those of a bench."""
    if error["type"] != "extra_forbidden":
        return explain(error, origins)
    field = error["loc"]
    section = {"evaluation": BenchEvaluation, "methods": BenchMethod}.get(field[0], Bench)
    known = list((section if len(field) > 1 else Bench).model_fields)
    close = difflib.get_close_matches(str(field[-1]), known, n=1)
    meant = f" (did you mean {close[0]}?)" if close else f"; there are {', '.join(known)}"
    return located(field, f"unknown field{meant}.", origins)


def _refuse_decided(bench, origins):
    sections = {("set",): bench.set}
    sections |= {("methods", i, "set"): method.set for i, method in enumerate(bench.methods)}
    problems = [
        located((*place, *field), f"is said by `{where}`.", origins)
        for place, values in sections.items()
        for field, where in DECIDED.items()
        if _has(values, field)
    ]
    if problems:
        raise RecipeError(*problems)


def _has(values, field):
    for name in field:
        if not (isinstance(values, dict) and name in values):
            return False
        values = values[name]
    return True


def _recipes(bench, overrides, origins):
    """Recipe and data set of each method; problems of all of them are said at once."""
    recipes, specs, problems = {}, {}, []
    for index, method in enumerate(bench.methods):
        try:
            chain = _chain(bench, index, origins)
            recipes[method.name], places = load_chain(chain, overrides)
            specs[method.name] = located_dataset_spec(recipes[method.name], places)
        except RecipeError as error:
            problems += error.problems
    if problems:
        raise RecipeError(*dict.fromkeys(problems))
    return recipes, specs


def _chain(bench, index, origins) -> list[Document]:
    """What a method's recipe consists of, the last word first."""
    method, place = bench.methods[index], ("methods", index)
    home = next(document for document in origins.documents if "methods" in document.values)
    path = Path(os.path.normpath(home.path.parent / method.recipe))
    if not path.is_file():
        raise RecipeError(located((*place, "recipe"), f"there is no recipe {path}.", origins))
    own = [home.section((*place, "set"))] if method.set else []
    shared = [part.section(("set",)) for part in origins.documents if part.values.get("set")]
    return [*own, *shared, *read_chain(path)]


def _shared_spec(recipes, specs, origins):
    """The one data set of all methods.

    Raises:
        RecipeError: methods ask for different ones.
    """
    (first, spec), *others = specs.items()
    problems = []
    for index, (_, other) in enumerate(others, start=1):
        ours, theirs = spec.settings(), other.settings()
        apart = [f"{k} {theirs[k]} instead of {ours[k]}" for k in ours if ours[k] != theirs[k]]
        if apart:
            problem = f"has other data than {first}: {'; '.join(apart)}."
            problems.append(located(("methods", index), problem, origins))
    folders = {recipe.data.directory for recipe in recipes.values()}
    if len(folders) > 1:
        found = ", ".join(map(str, folders))
        problems.append(
            located((), f"data.directory: should be one for all, found {found}.", origins)
        )
    if problems:
        raise RecipeError(*problems)
    return spec


def recipe_of_run(recipe, seed, minutes, data, data_seed):
    """A method's recipe for one run.

    Args:
        recipe: a `Recipe`.
        seed: of the run.
        minutes: that it may train.
        data: folder of the data set; data_seed: of it.
    """
    changes = {"directory": str(data), "seed": data_seed}
    return recipe.model_copy(
        update={
            "seed": seed,
            "data": recipe.data.model_copy(update=changes),
            "training": recipe.training.model_copy(update={"max_minutes": minutes}),
        }
    )
