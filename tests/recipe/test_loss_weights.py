"""The losses of a recipe: weights as numbers or schedules, in step with `LossSettings`."""

import subprocess
import sys

import pytest

from ct2xkeras.losses.schedules import Schedule
from ct2xkeras.losses.settings import GENERATOR_TERMS, LossSettings
from ct2xkeras.recipe import RecipeError, load_recipe, recipe_text
from ct2xkeras.recipe.loss_weights import Losses

MINIMAL = "name: a\ndata: {phantoms: {cts: 2}}\n"


@pytest.fixture
def load(tmp_path):
    def load_losses(losses, *overrides):
        path = tmp_path / "recipe.yaml"
        path.write_text(f"{MINIMAL}losses: {losses}\n")
        return load_recipe(path, overrides)

    return load_losses


def test_a_recipe_that_says_nothing_has_the_default_settings(load):
    assert LossSettings(**load("{}").losses.model_dump()) == LossSettings()


def test_every_setting_is_a_field_with_a_meaning():
    assert set(Losses.model_fields) == set(LossSettings().to_dict())
    assert set(GENERATOR_TERMS) < set(Losses.model_fields)
    assert all(field.description for field in Losses.model_fields.values())
    properties = Losses.model_json_schema()["properties"]
    assert properties["tone"]["default"] == LossSettings().tone


def test_a_schedule_reaches_the_settings_and_reads_back_equal(load, tmp_path):
    text = "{tone: {weight: 2, warm_up: 10, decay_from: 20, decay_to: 30, final: 0.5}}"
    recipe = load(text, "losses.structure={weight: 1, warm_up: 5}", "losses.tone.warm_up=15")
    settings = LossSettings(**recipe.losses.model_dump())
    assert settings.tone == Schedule(2.0, warm_up=15, decay_from=20, decay_to=30, final=0.5)
    assert settings.structure == Schedule(1.0, warm_up=5)
    path = tmp_path / "resolved.yaml"
    path.write_text(recipe_text(recipe))
    assert load_recipe(path) == recipe


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        ("{tonne: 1}", r"losses.tonne: unknown field \(did you mean losses.tone\?\)"),
        ("{tone: -1}", "losses.tone: .*greater than or equal to 0, found -1"),
        ("{tone: much}", "losses.tone: .*valid number.*found 'much'"),
        ("{tone: [1]}", r"losses.tone: .*valid number, found \[1\]"),
        ("{tone: .inf}", "losses.tone: .*finite number, found inf"),
        ("{tone: {warm_up: 5}}", "losses.tone.weight: is missing"),
        (
            "{tone: {weight: 1, warmup: 5}}",
            r"losses.tone.warmup: unknown field \(did you mean losses.tone.warm_up\?\)",
        ),
        (
            "{tone: {weight: 1, until: 5}}",
            "losses.tone.until: unknown field; there are weight, warm_up, decay_from",
        ),
        ("{tone: {weight: -2}}", "losses.tone.weight: .*greater than or equal to 0, found -2"),
        ("{tone: {weight: 1, warm_up: 0.5}}", "losses.tone.warm_up: .*integer.*found 0.5"),
        (
            "{tone: {weight: 1, decay_from: 9}}",
            "losses.tone.decay_to: expected images.*, found None",
        ),
        ("{adversarial_form: wgan}", "losses.adversarial_form: .*'hinge'.*found 'wgan'"),
    ],
)
def test_a_wrong_weight_is_refused_in_one_line_with_its_field(losses, message, load):
    with pytest.raises(RecipeError, match=rf"recipe.yaml:3:\d+: {message}") as error:
        load(losses)
    assert "\n" not in str(error.value)
    assert "a number" not in str(error.value).split(": ")[1]


def test_reading_a_recipe_loads_no_tensorflow():
    code = (
        "import sys, ct2xkeras.recipe\n"
        "sys.exit('loaded' if {'tensorflow', 'keras'} & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
