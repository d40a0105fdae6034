"""Recipes from YAML files, with overrides from the command line."""

import io

from pydantic import ValidationError
from ruamel.yaml import YAML

from ct2xkeras.recipe.errors import RecipeError
from ct2xkeras.recipe.explaining import explain
from ct2xkeras.recipe.extending import merged_chain, read_chain
from ct2xkeras.recipe.origins import Origins
from ct2xkeras.recipe.overrides import read_override, with_override
from ct2xkeras.recipe.schema import Recipe


def load_recipe(path, overrides=()):
    """Read and check a recipe.

    Args:
        path: a YAML file; with `extends: other.yaml` it changes another recipe.
        overrides: texts `a.b=value`, values in YAML, applied in order.

    Raises:
        RecipeError: a line for each problem, `file:line:col: field: what is wrong`, the place being
            that in an extended file, or the override, where the value came from there.
    """
    return load_with_origins(path, overrides)[0]


def load_with_origins(path, overrides=()):
    """As `load_recipe`, with the `Origins` of the fields: (recipe, origins)."""
    return load_chain(read_chain(path), overrides)


def load_chain(chain, overrides=()):
    """As `load_with_origins`, of `Document`s each of which changes the next one."""
    changes = tuple(map(read_override, overrides))
    values, origins = merged_chain(chain), Origins(tuple(chain), changes)
    for change in changes:
        values = with_override(values, change)
    try:
        return Recipe.model_validate(values), origins
    except ValidationError as error:
        raise RecipeError(*(explain(problem, origins) for problem in error.errors())) from None


def recipe_text(recipe):
    """The resolved recipe as YAML, every field written out."""
    stream = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.dump(recipe.model_dump(mode="json"), stream)
    return stream.getvalue()
