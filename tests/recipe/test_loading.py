from dataclasses import asdict, replace
from pathlib import Path

import pytest

from ct2xkeras.recipe import (
    RecipeError,
    build_architecture,
    build_augmentation,
    load_recipe,
    recipe_text,
)

RECIPES = sorted((Path(__file__).parents[2] / "recipes").rglob("*.yaml"))
MINIMAL = "name: a\ndata: {phantoms: {cts: 2}}\n"


@pytest.fixture
def write(tmp_path):
    def write_text(text):
        path = tmp_path / "recipe.yaml"
        path.write_text(text)
        return path

    return write_text


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_shipped_recipes_load_and_name_sizes_that_fit(path):
    assert build_architecture(load_recipe(path)).image_size in (64, 128, 256, 512)


def test_the_resolved_recipe_reads_back_equal(write):
    recipe = load_recipe(write(MINIMAL), ["training.images=7", "losses.tone=0.5"])
    assert (recipe.training.images, recipe.losses.tone) == (7, 0.5)
    assert load_recipe(write(recipe_text(recipe))) == recipe


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (MINIMAL + "trianing: {}\n", r"unknown field trianing \(did you mean training\?\)"),
        (
            MINIMAL + "training: {imgaes: 4}\n",
            r"unknown field training.imgaes \(did you mean training.images\?\)",
        ),
        (MINIMAL + "training: {images: 0}\n", "training.images: .*greater than or equal to 1"),
        (MINIMAL + "training: {images: many}\n", "training.images: .*integer.*'many'"),
        (
            "name: a\ndata: {phantoms: {}, augmentation: {rotate: 5}}\n",
            r"unknown field data.augmentation.rotate \(did you mean data.augmentation.rotation\?\)",
        ),
        (
            "name: a\ndata: {phantoms: {}, augmentation: {rotation: 90}}\n",
            "data.augmentation.rotation: .*less than or equal to 45",
        ),
        ("name: a\n", "data is missing"),
        ("name: a\ndata: {ct: [x]}\n", "data: give CTs and radiographs"),
        ("name: [a\n", r"recipe.yaml:\d+:\d+: not YAML"),
        ("just text", "expected a mapping of fields, found str"),
    ],
)
def test_a_bad_recipe_is_refused_by_file_and_field(text, message, write):
    with pytest.raises(RecipeError, match=message) as error:
        load_recipe(write(text))
    assert "recipe.yaml" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_recipe_and_a_bad_override(write, tmp_path):
    with pytest.raises(RecipeError, match=r"none.yaml: there is no such recipe file"):
        load_recipe(tmp_path / "none.yaml")
    with pytest.raises(RecipeError, match=r"--set seed: expected a.b=value"):
        load_recipe(write(MINIMAL), ["seed"])
    with pytest.raises(RecipeError, match=r"name is a value and has no fields"):
        load_recipe(write(MINIMAL), ["name.x=1"])


def test_a_wrong_architecture_is_refused_with_the_part_named(write):
    recipe = load_recipe(write(MINIMAL + "model: {architecture: {volume_size: [5, 8, 8]}}\n"))
    with pytest.raises(RecipeError, match=r"model: volume_size=.*multiple of 8"):
        build_architecture(recipe)


def test_augmentation_is_off_unless_the_recipe_asks_for_it(write):
    still = build_augmentation(load_recipe(write(MINIMAL)))
    assert set(asdict(still).values()) == {0.0}
    turned = load_recipe(write(MINIMAL), ["data.augmentation.rotation=5"])
    assert build_augmentation(turned) == replace(still, rotation=5.0)
