"""`ct2xkeras recipe`."""

import json
from pathlib import Path

import rich_click as click

from ct2xkeras.cli.output import console, print_json, wants_json
from ct2xkeras.cli.system_errors import in_our_words


@click.group("recipe")
def command():
    """Recipes: what they say in full, whether they are right, and what they may say."""


@command.command("show")
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override a field.")
@click.option("--origins", is_flag=True, help="A line for each field, with where it was stated.")
def show(recipe, overrides, origins):
    """Print RECIPE with all of its fields: its own, those that it extends, and defaults.

    \b
    ct2xkeras recipe show recipes/ablations/no_structure.yaml
    ct2xkeras recipe show recipes/chest64.yaml --set training.images=500 --origins
    """
    from ct2xkeras.recipe import load_with_origins, recipe_text

    loaded, sources = load_with_origins(recipe, overrides)
    values = loaded.model_dump(mode="json")
    if wants_json():
        print_json(values)
    elif not origins:
        print(recipe_text(loaded), end="")
    else:
        for field, value in _fields(values):
            place = sources.stated(field) or "default"
            print(f"{'.'.join(field)}: {json.dumps(value)}  # {place}")


@command.command("validate")
@click.argument("recipes", nargs=-1, required=True, type=click.Path(path_type=Path))
def validate(recipes):
    """Check RECIPES without their data; status 2 where one is wrong, every error on a line.

    \b
    ct2xkeras recipe validate recipes/*.yaml
    """
    from ct2xkeras.recipe import RecipeError

    found = {str(recipe): _problems(recipe) for recipe in recipes}
    print_json(found)
    if problems := [line for lines in found.values() for line in lines]:
        raise RecipeError(*problems)


@command.command("schema")
def schema():
    """Every field that a recipe may have: type, default, bounds and meaning.

    With --json it is JSON Schema, as editors take it.
    """
    from ct2xkeras.cli.recipe_output import print_fields
    from ct2xkeras.recipe.json_schema import recipe_json_schema

    print_fields()
    print_json(recipe_json_schema())


def _fields(values, section=()):
    """(field, value) of nested mappings, without the sections themselves."""
    for name, value in values.items():
        if value and isinstance(value, dict):
            yield from _fields(value, (*section, name))
        else:
            yield (*section, name), value


def _problems(recipe):
    """Lines about what is wrong with a recipe; says so where nothing is."""
    from ct2xkeras.recipe import RecipeError, check_recipe

    try:
        check_recipe(recipe)
    except RecipeError as error:
        return error.problems
    except OSError as error:
        return [in_our_words(error)]
    console.print(f"{recipe}: OK", markup=False)
    return []
