"""Recipes: schema, loading, checking, and building objects from them."""

from ct2xkeras.recipe.building import (
    build_architecture,
    build_augmentation,
    build_dataset_spec,
    build_model,
    build_pose_prior,
)
from ct2xkeras.recipe.checking import check_recipe
from ct2xkeras.recipe.differences import recipe_differences
from ct2xkeras.recipe.errors import RecipeError
from ct2xkeras.recipe.loading import load_recipe, load_with_origins, recipe_text
from ct2xkeras.recipe.schema import Recipe

__all__ = [
    "Recipe",
    "RecipeError",
    "build_architecture",
    "build_augmentation",
    "build_dataset_spec",
    "build_model",
    "build_pose_prior",
    "check_recipe",
    "load_recipe",
    "load_with_origins",
    "recipe_differences",
    "recipe_text",
]
