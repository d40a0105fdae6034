"""Recipes from YAML files, with overrides from the command line."""

import difflib
import io
import typing
from pathlib import Path

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ct2xkeras.recipe.errors import RecipeError
from ct2xkeras.recipe.loss_weights import LOSS_WEIGHT_TAGS
from ct2xkeras.recipe.schema import Recipe


def load_recipe(path, overrides=()):
    """Read and check a recipe.

    Args:
        path: a YAML file.
        overrides: texts `a.b=value`, values in YAML, applied in order.

    Raises:
        RecipeError: names the file or the override, the field, what was expected and found.
    """
    values = _read(Path(path))
    for text in overrides:
        _override(values, text)
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        raise RecipeError(f"{path}: {_explain(error.errors()[0])}") from None


def recipe_text(recipe):
    """The resolved recipe as YAML, every field written out."""
    stream = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.dump(recipe.model_dump(mode="json"), stream)
    return stream.getvalue()


def _read(path):
    try:
        values = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError):
        raise RecipeError(f"{path}: there is no such recipe file.") from None
    except UnicodeDecodeError:
        raise RecipeError(f"{path}: expected a YAML text file, found other bytes.") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise RecipeError(f"{path}{where}: not YAML: {getattr(error, 'problem', error)}.") from None
    if not isinstance(values, dict):
        raise RecipeError(f"{path}: expected a mapping of fields, found {type(values).__name__}.")
    return values


def _override(values, text):
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise RecipeError(f"--set {text}: expected a.b=value.")
    *parents, last = key.strip().split(".")
    for parent in parents:
        if values.get(parent) is None:
            values[parent] = {}
        values = values[parent]
        if not isinstance(values, dict):
            raise RecipeError(f"--set {text}: {parent} is a value and has no fields.")
    try:
        values[last] = YAML(typ="safe", pure=True).load(value)
    except YAMLError:
        raise RecipeError(f"--set {text}: {value!r} is not a YAML value.") from None


def _explain(error):
    location = [part for part in error["loc"] if part not in LOSS_WEIGHT_TAGS]
    field = ".".join(map(str, location))
    if error["type"] == "extra_forbidden":
        return f"unknown field {field}{_suggestion(location)}."
    if error["type"] == "missing":
        return f"{field} is missing."
    message = error["msg"].removeprefix("Value error, ").removesuffix(".")
    found = error.get("input")
    shown = "" if isinstance(found, (dict, BaseModel)) else f", found {found!r}"
    return f"{field}: {message}{shown}."


def _suggestion(location):
    *parents, last = location
    section = Recipe
    for parent in parents:
        section = _section_of(section.model_fields[parent].annotation)
    close = difflib.get_close_matches(str(last), section.model_fields, n=1)
    if close:
        return f" (did you mean {'.'.join(map(str, [*parents, close[0]]))}?)"
    return f"; there are {', '.join(section.model_fields)}"


def _section_of(annotation):
    """The section among an annotation's types, however deep; None where there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    sections = map(_section_of, typing.get_args(annotation))
    return next((section for section in sections if section is not None), None)
