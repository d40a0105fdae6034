"""Recipes: schema, loading, and building objects from them."""

from ct2xkeras.recipe.building import (
    build_architecture,
    build_augmentation,
    build_dataset_spec,
    build_model,
)
from ct2xkeras.recipe.errors import RecipeError
from ct2xkeras.recipe.loading import load_recipe, recipe_text
from ct2xkeras.recipe.schema import Recipe

__all__ = [
    "Recipe",
    "RecipeError",
    "build_architecture",
    "build_augmentation",
    "build_dataset_spec",
    "build_model",
    "load_recipe",
    "recipe_text",
]
