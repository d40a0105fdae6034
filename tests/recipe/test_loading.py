from dataclasses import asdict, replace

import pytest

from ct2xkeras.methods import METHODS
from ct2xkeras.recipe import (
    RecipeError,
    build_architecture,
    build_augmentation,
    load_recipe,
    recipe_text,
)
from ct2xkeras.recipe.packaged import packaged_file, packaged_names

RECIPES = [packaged_file(name) for name in packaged_names()]
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


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_shipped_recipe_reads_back_equal_when_resolved(path, write):
    recipe = load_recipe(path)
    assert load_recipe(write(recipe_text(recipe))) == recipe


def test_the_resolved_recipe_reads_back_equal(write):
    recipe = load_recipe(write(MINIMAL), ["training.images=7", "losses.tone=0.5"])
    assert (recipe.training.images, recipe.losses.tone) == (7, 0.5)
    assert load_recipe(write(recipe_text(recipe))) == recipe


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (MINIMAL + "trianing: {}\n", "3:1: trianing: unknown field (did you mean training?)."),
        (
            MINIMAL + "training:\n  log_every: 1\n  imgaes: 4\n",
            "5:3: training.imgaes: unknown field (did you mean training.images?).",
        ),
        (
            MINIMAL + "images: 4\n",
            "3:1: images: unknown field (did you mean training.images?).",
        ),
        (
            MINIMAL + "evaluation: {horse: 4}\n",
            "3:14: evaluation.horse: unknown field; there are cases",
        ),
        (
            MINIMAL + "training: {images: 0}\n",
            "3:12: training.images: should be greater than or equal to 1, found 0.",
        ),
        (MINIMAL + "training: {images: many}\n", "3:12: training.images: should be a valid int"),
        (MINIMAL + "training: 5\n", "3:1: training: should be a mapping of fields, found 5."),
        (MINIMAL + "training: {images: .inf}\n", "3:12: training.images: should be a finite"),
        (
            MINIMAL + "losses: {style_form: contrst}\n",
            "3:10: losses.style_form: should be 'contrast' or 'distance', found 'contrst' "
            "(did you mean contrast?).",
        ),
        (
            MINIMAL + "model: {preset: smal64}\n",
            "3:9: model.preset: should be 'tiny', 'small64', 'small128', 'base128', 'paper256' or "
            "'large512', found 'smal64' (did you mean small64?).",
        ),
        (
            MINIMAL + "model: {method: eg3}\n",
            f"3:9: model.method: should be one of {', '.join(METHODS)}, found 'eg3' "
            "(did you mean eg3d?).",
        ),
        (
            MINIMAL + "model: {method: drr2xray, architecture: {edge_bands: 2}}\n",
            "3:42: model.architecture.edge_bands: is no field of the method drr2xray.",
        ),
        (
            MINIMAL + "model: {method: classical, architecture: {kind: drrr}}\n",
            "3:43: model.architecture.kind: should be 'drr', 'matched' or 'physics', found 'drrr' "
            "(did you mean drr?).",
        ),
        (
            MINIMAL + "model: {method: classical}\nlosses: {tone: 1, r1_gamma: 2}\n",
            "4:1: losses: the method classical has only adversarial_form, r1_gamma, r1_interval, "
            "found tone.",
        ),
        (
            MINIMAL + "model: {architecture: {filter: [8]}}\n",
            "3:24: model.architecture.filter: unknown field "
            "(did you mean model.architecture.filters?).",
        ),
        (
            MINIMAL + "model:\n  architecture: {volume_size: [5, 8, 8]}\n",
            "4:18: model.architecture.volume_size: each side must be a multiple of 8, "
            "found (5, 8, 8).",
        ),
        (
            MINIMAL + "model: {architecture: {filters: [8, 8]}}\n",  # of the preset, so not stated
            "3:9: model.architecture.view_filters: one for each of filters, found (64, 32, 16).",
        ),
        (
            MINIMAL + "model: {architecture: {volume_size: [8, x, 8]}}\n",
            "3:41: model.architecture.volume_size.1: should be a valid integer",
        ),
        (
            "name: a\ndata: {phantoms: {}, pose_prior: {views: {pb: 1}}}\n",
            "2:43: data.pose_prior.views.pb: Unknown view 'pb'",
        ),
        (
            "name: a\ndata: {phantoms: {}, pose_prior: {sdd: [900, 10, 950, 1000]}}\n",
            "2:35: data.pose_prior.sdd: expected (mean, deviation, lowest, highest)",
        ),
        (
            "name: a\ndata: {phantoms: {}, augmentation: {rotation: 90}}\n",
            "2:37: data.augmentation.rotation: should be less than or equal to 45, found 90.",
        ),
        (
            "name: a\ndata: {phantoms: {}, crop: [0.9, 0.5]}\n",
            "2:22: data.crop: expected a range within (0, 1]",
        ),
        (
            "name: a\ndata: {phantoms: {}, patient_pattern: '(a'}\n",
            "2:22: data.patient_pattern: expected a regular expression",
        ),
        (
            "name: a\ndata: {phantoms: {}, labels: '{nam}.nii'}\n",
            "2:22: data.labels: expected no other braces than {folder} and {name}",
        ),
        ("# a comment\nname: a\n", "2:1: data: is missing."),
        ("name: .a\ndata: {phantoms: {}}\n", "1:1: name: should match pattern"),
        ("name: a\ndata: {ct: [x]}\n", "2:1: data: give CTs and radiographs"),
        ("3: a\n" + MINIMAL, "1:1: 3: Keys should be strings"),
    ],
)
def test_a_wrong_field_is_refused_by_file_line_and_column(text, message, write):
    path = write(text)
    with pytest.raises(RecipeError) as error:
        load_recipe(path)
    assert str(error.value).startswith(f"{path}:{message}")
    assert len(error.value.problems) == 1


def test_every_wrong_field_has_its_line(write):
    path = write(MINIMAL + "training: {images: 0, log_every: 0}\nsed: 3\n")
    with pytest.raises(RecipeError) as error:
        load_recipe(path, ["evaluation.cases=-1"])
    starts = (f"{path}:3:12: training.images", f"{path}:3:23: training.log_every")
    starts += ("--set evaluation.cases=-1: evaluation.cases", f"{path}:4:1: sed")
    assert len(error.value.problems) == len(starts)
    for line, start in zip(str(error.value).split("\n"), starts, strict=True):
        assert line.startswith(f"{start}: ")


def test_a_missing_recipe_is_named(tmp_path):
    with pytest.raises(RecipeError, match=r"none.yaml: there is no such recipe file"):
        load_recipe(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["seed"], "--set seed: expected a.b=value."),
        (["a..b=1"], "--set a..b=1: expected a.b=value."),
        (["extends=b"], "--set extends=b: only a file can say which recipe it extends."),
        (["name.x=1"], "--set name.x=1: name is a value and has no fields."),
        (["seed=[1"], "--set seed=[1: '[1' is not a YAML value."),
        (["trianing.images=1"], "--set trianing.images=1: trianing: unknown field"),
        (["seed=1", "seed=-1"], "--set seed=-1: seed: should be greater than or equal to 0"),
        (["losses.tone={warm_up: 5}"], "--set losses.tone={warm_up: 5}: losses.tone.weight: is m"),
    ],
)
def test_a_wrong_override_is_refused_by_its_text(overrides, message, write):
    with pytest.raises(RecipeError) as error:
        load_recipe(write(MINIMAL), overrides)
    assert str(error.value).startswith(message)


def test_a_section_that_an_override_made_wrong_names_both(write):
    with pytest.raises(RecipeError, match=r"recipe.yaml:2:1: .*\(with --set data.ct=\[x\]\)\.$"):
        load_recipe(write(MINIMAL), ["data.ct=[x]"])


def test_an_override_replaces_a_field_as_a_whole_and_leaves_aliases_alone(write):
    aliased = "losses: {tone: &w {weight: 1, warm_up: 9}, structure: *w}\n"
    recipe = load_recipe(write(MINIMAL + aliased), ["losses.tone.weight=2"])
    assert (recipe.losses.tone.weight, recipe.losses.structure.weight) == (2, 1)
    recipe = load_recipe(write(MINIMAL + aliased), ["losses.tone={weight: 2}"])
    assert (recipe.losses.tone.warm_up, recipe.losses.structure.warm_up) == (0, 9)


def test_augmentation_is_off_unless_the_recipe_asks_for_it(write):
    still = build_augmentation(load_recipe(write(MINIMAL)))
    assert set(asdict(still).values()) == {0.0}
    turned = load_recipe(write(MINIMAL), ["data.augmentation.rotation=5"])
    assert build_augmentation(turned) == replace(still, rotation=5.0)


@pytest.mark.parametrize(
    "field",
    [
        "training.images",
        "training.views_per_volume",
        "data.phantoms.cts",
        "data.poses_per_ct",
        "evaluation.every",
        "losses.r1_interval",
        "model.architecture.image_size",
    ],
)
def test_numbers_that_can_only_be_a_slip_are_refused(field, write):
    with pytest.raises(RecipeError, match=f"{field}: should be less than or equal to"):
        load_recipe(write(MINIMAL), [f"{field}={32 * 10**20}"])
