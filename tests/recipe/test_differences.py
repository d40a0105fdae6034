from ct2xkeras.recipe import Recipe, recipe_differences
from ct2xkeras.recipe.differences import NOT_SET


def recipe(**values):
    return Recipe.model_validate({"name": "a", "data": {"phantoms": {"cts": 2}}} | values)


def test_equal_recipes_do_not_differ():
    assert recipe_differences(recipe(), recipe(seed=0, training={})) == []


def test_each_field_that_differs_is_given_with_both_values():
    now = recipe(
        data={"phantoms": {"cts": 3}, "crop": [0.5, 0.6]},
        model={"architecture": {"noise": False}},
        losses={"tone": {"weight": 8.0}},
    )
    assert recipe_differences(recipe(), now) == [
        ("data.crop", [0.6, 0.75], [0.5, 0.6]),
        ("data.phantoms.cts", 2, 3),
        ("losses.tone", 8.0, now.losses.tone.model_dump()),
        ("model.architecture.noise", NOT_SET, False),
    ]
    assert repr(NOT_SET) == "not set"


def test_fields_and_sections_can_be_ignored():
    now = recipe(name="b", seed=1, training={"images": 5, "log_every": 7})
    found = recipe_differences(recipe(), now, ignore=("training.images", "name", "see"))
    assert [field for field, _, _ in found] == ["seed", "training.log_every"]
    assert recipe_differences(recipe(), now, ignore=("training", "name", "seed")) == []
