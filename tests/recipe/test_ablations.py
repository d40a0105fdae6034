from pathlib import Path

import pytest

from ct2xkeras.recipe import build_architecture, load_recipe

RECIPES = Path(__file__).parents[2] / "recipes"
LABELS = {"name", "description"}

#: {ablation: {field: value} where it differs from the quickstart recipe}
DIFFERENCES = {
    "no_style_decoupling": {
        "model.architecture.style": "shared",
        "losses.style_xray": 0,
        "losses.style_drr": 0,
    },
    "no_consistency": {
        "losses.style_xray": 0,
        "losses.style_drr": 0,
        "losses.content": 0,
        "losses.content_contrast": 0,
    },
    "no_pose_attention": {"model.architecture.attention": "none"},
    "global_pose_attention": {"model.architecture.attention": "global"},
    "no_drr_supervision": {"losses.drr_l1": 0, "losses.drr_ms_ssim": 0},
    "no_structure": {"losses.structure": 0},
    "no_detail": {"model.architecture.edge_bands": 0, "losses.detail": 0},
    "whole_pictures": {"model.architecture.patch_halvings": 0, "losses.r1_gamma": 1},
    "no_distances": {"model.architecture.pose_distances": False},
}


def fields(values, path=""):
    """Nested mappings as {a.b.c: value}."""
    if not isinstance(values, dict):
        return {path.removesuffix("."): values}
    return {
        k: v for name, part in values.items() for k, v in fields(part, f"{path}{name}.").items()
    }


def resolved(path):
    """Every field of a recipe, with every field of its architecture."""
    recipe = load_recipe(path)
    values = recipe.model_dump(mode="json")
    values["model"]["architecture"] = build_architecture(recipe).to_dict()
    return fields(values)


@pytest.fixture(scope="module")
def quickstart():
    return resolved(RECIPES / "quickstart.yaml")


def test_every_ablation_is_listed_here():
    assert {path.stem for path in (RECIPES / "ablations").iterdir()} == DIFFERENCES.keys()


@pytest.mark.parametrize("name", DIFFERENCES)
def test_an_ablation_differs_from_the_quickstart_in_its_fields_alone(name, quickstart):
    ablation = resolved(RECIPES / "ablations" / f"{name}.yaml")
    assert ablation["name"] == name
    assert ablation.keys() == quickstart.keys()
    changed = {field for field in ablation if ablation[field] != quickstart[field]} - LABELS
    assert {field: ablation[field] for field in changed} == DIFFERENCES[name]
