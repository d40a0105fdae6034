"""Everything about a recipe that can be checked without its data."""

from ct2xkeras.recipe.building import build_dataset_spec
from ct2xkeras.recipe.errors import RecipeError
from ct2xkeras.recipe.explaining import located
from ct2xkeras.recipe.loading import load_with_origins


def check_recipe(path):
    """Read a recipe and build what needs no data: networks' sizes and the data set's settings.

    Raises:
        RecipeError: a line for each problem, see `load_recipe`.
    """
    recipe, origins = load_with_origins(path)
    located_dataset_spec(recipe, origins)
    return recipe


def located_dataset_spec(recipe, origins):
    """`build_dataset_spec` of a recipe; its errors say where the field was stated.

    Args:
        origins: the `Origins` of its fields.
    """
    try:
        return build_dataset_spec(recipe)
    except RecipeError as error:
        field, _, problem = str(error).partition(": ")
        raise RecipeError(located(tuple(field.split(".")), problem, origins)) from None
