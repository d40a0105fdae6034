from dataclasses import fields

import pytest
from pydantic import TypeAdapter, ValidationError

from ct2xkeras.geometry import PosePrior
from ct2xkeras.methods import METHODS
from ct2xkeras.models.presets import PRESETS
from ct2xkeras.recipe.json_schema import known_fields, recipe_json_schema
from ct2xkeras.recipe.model_section import Model
from ct2xkeras.recipe.pose_prior_fields import PosePriorFields
from ct2xkeras.recipe.schema_fields import NO_DEFAULT, schema_fields

FIELDS = {field.name: field for field in schema_fields()}
#: Numbers that no bound would make better.
UNBOUNDED = set()


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_has_a_meaning_and_numbers_have_bounds(name):
    field = FIELDS[name]
    assert field.description
    assert field.bounds or field.is_section or not field.type.startswith(("integer", "number"))


def test_fields_are_shown_in_words():
    assert FIELDS["training.images"].type == "integer"
    assert (FIELDS["seed"].default, FIELDS["name"].default) == (0, NO_DEFAULT)
    assert FIELDS["losses.tone"].type == "number or LossSchedule"
    assert FIELDS["data.val_fraction"].bounds == ">= 0, < 1"
    assert FIELDS["data.pose_prior.sdd"].bounds == "> 0; >= 0; > 0; > 0"
    assert FIELDS["data.pose_prior.footprint"].type == "2 numbers"
    assert FIELDS["data.directory"].type == "text or null"
    assert FIELDS["data.phantoms"].is_section
    assert FIELDS["model.preset"].bounds == ", ".join(PRESETS)


def test_the_schema_knows_every_field_of_what_is_built():
    assert set(known_fields(("data", "pose_prior"))) == {f.name for f in fields(PosePrior)}
    assert set(known_fields(("model", "architecture"))) == {
        field.name for method in METHODS.values() for field in fields(method.architecture_class())
    }


def test_the_schema_accepts_the_defaults_of_what_is_built():
    TypeAdapter(PosePriorFields).validate_python(vars(PosePrior()))


@pytest.mark.parametrize("method", METHODS)
def test_every_preset_of_every_method_can_be_stated_and_changed(method):
    for preset, architecture in METHODS[method].presets().items():
        stated = {"method": method, "preset": preset, "architecture": vars(architecture)}
        section = TypeAdapter(Model).validate_python(stated)
        assert (section.method, section.preset) == (method, preset)
        with pytest.raises(ValidationError, match="image_size"):
            TypeAdapter(Model).validate_python(stated | {"architecture": {"image_size": 0}})


@pytest.mark.parametrize(("preset", "side"), [("small64", 64), ("small128", 128), ("base128", 128)])
def test_one_preset_gives_all_methods_pictures_of_one_size_so_that_a_bench_can_set_it(preset, side):
    sides = {name: method.presets()[preset].image_size for name, method in METHODS.items()}
    assert sides == dict.fromkeys(METHODS, side)


def test_a_recipe_that_extends_another_needs_nothing_else():
    schema = recipe_json_schema()
    assert schema["anyOf"] == [{"required": ["name", "data"]}, {"required": ["extends"]}]
    assert next(iter(schema["properties"])) == "extends"


def test_whole_numbers_have_a_largest_one():
    whole = {name: field.bounds for name, field in FIELDS.items() if "integer" in field.type}
    assert len(whole) > 50
    assert [name for name, bounds in whole.items() if "<" not in bounds] == []
    sides = [name for name in whole if name.endswith(("image_size", "volume_size"))]
    assert {whole[name].split("<= ")[1].split(",")[0] for name in sides} == {"4096"}
