import pytest

from ct2xkeras.recipe import RecipeError, load_recipe, load_with_origins, recipe_text
from ct2xkeras.recipe.extending import merged


@pytest.fixture
def write(tmp_path):
    def write_file(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    write_file(
        "base.yaml",
        "name: base\n"
        "data: {phantoms: {cts: 2, xrays: 9}, crop: [0.5, 0.6]}\n"
        "training:\n"
        "  images: 100\n"
        "  log_every: 10\n",
    )
    return write_file


def test_mappings_are_merged_and_everything_else_replaced():
    base = {"a": {"b": 1, "c": [1, 2]}, "d": {"e": 1}, "f": 1}
    changes = {"a": {"c": [3], "g": None}, "d": None, "f": {"h": 1}}
    assert merged(base, changes) == {
        "a": {"b": 1, "c": [3], "g": None},
        "d": None,
        "f": {"h": 1},
    }
    assert merged(merged({}, base), {}) == base


@pytest.mark.parametrize("name", ["../base.yaml", "middle", "middle.yaml"])
def test_a_recipe_extends_others_by_path_or_by_name(name, write):
    write("inner/middle.yaml", "extends: ../base.yaml\ntraining: {log_every: 20}\n")
    path = write("inner/recipe.yaml", f"extends: {name}\nname: mine\ndata: {{crop: [0.7, 0.8]}}\n")
    recipe = load_recipe(path)
    assert (recipe.name, recipe.data.crop, recipe.data.phantoms.xrays) == ("mine", (0.7, 0.8), 9)
    assert recipe.training.images == 100
    assert recipe.training.log_every == (20 if "middle" in name else 10)


def test_a_field_is_refused_where_it_was_stated(write, tmp_path):
    write("base.yaml", "name: base\ndata: {phantoms: {}}\ntraining: {images: 0, log_every: 0}\n")
    path = write("recipe.yaml", "extends: base\ntraining:\n  log_every: -1\n  sample_every: -2\n")
    with pytest.raises(RecipeError) as error:
        load_recipe(path, ["training.sample_every=-3"])
    assert [line.split(": ")[0] for line in error.value.problems] == [
        f"{tmp_path / 'base.yaml'}:3:12",
        f"{path}:3:3",
        "--set training.sample_every=-3",
    ]


def test_the_origins_of_fields(write, tmp_path):
    path = write("recipe.yaml", "extends: base\ntraining: {images: 7}\n")
    recipe, origins = load_with_origins(path, ["training.log_every=3"])
    assert recipe.training.log_every == 3
    assert origins.stated(("training", "images")) == f"{path}:2:12"
    assert origins.stated(("training", "log_every")) == "--set training.log_every=3"
    assert origins.stated(("data", "crop", 1)) == f"{tmp_path / 'base.yaml'}:2:50"
    assert origins.stated(("training", "sample_every")) is None
    assert origins.where(("training", "sample_every")) == f"{path}:2:1"


def test_the_resolved_recipe_extends_nothing(write):
    recipe = load_recipe(write("recipe.yaml", "extends: base\nname: mine\n"))
    assert "extends" not in recipe_text(recipe)
    assert load_recipe(write("resolved.yaml", recipe_text(recipe))) == recipe


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("bse", r"there is no recipe .*bse \(did you mean base.yaml\?\)\."),
        ("../nowhere/zzz.yaml", r"there is no recipe .*zzz\.yaml\."),
        ("[base, base]", r"expected the path of one recipe, found \['base', 'base'\]\."),
        ("", "expected the path of one recipe, found None."),
    ],
)
def test_an_extends_that_leads_nowhere_is_refused_with_its_place(extends, message, write):
    path = write("recipe.yaml", f"name: a\nextends: {extends}\n")
    with pytest.raises(RecipeError, match=rf"recipe\.yaml:2:1: extends: {message}$"):
        load_recipe(path)


def test_a_circle_is_refused_with_its_way(write, tmp_path):
    for name, next_one in (("a", "b"), ("b", "c"), ("c", "b.yaml")):
        write(f"{name}.yaml", f"extends: {next_one}\n")
    way = " -> ".join(str(tmp_path / f"{name}.yaml") for name in "bcb")
    with pytest.raises(RecipeError) as error:
        load_recipe(tmp_path / "a.yaml")
    assert str(error.value) == f"{tmp_path / 'c.yaml'}:1:1: extends: goes in a circle, {way}."
