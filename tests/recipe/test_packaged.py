import pytest

from ct2xkeras.recipe import RecipeError, load_recipe
from ct2xkeras.recipe.packaged import find_recipe, packaged_folder, packaged_names


def test_packaged_recipes_have_names_and_load_by_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert {"quickstart", "ctspine", "ablations/no_structure"} <= set(packaged_names())
    for name in packaged_names():
        assert load_recipe(name) == load_recipe(packaged_folder() / f"{name}.yaml")


def test_a_file_of_that_name_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quickstart").write_text("name: mine\ndata: {phantoms: {cts: 2}}\n")
    assert load_recipe("quickstart").name == "mine"


def test_a_recipe_anywhere_can_extend_a_packaged_one(tmp_path):
    (tmp_path / "mine.yaml").write_text("extends: quickstart\nseed: 7\n")
    assert load_recipe(tmp_path / "mine.yaml").seed == 7
    assert load_recipe(tmp_path / "mine.yaml").training == load_recipe("quickstart").training


@pytest.mark.parametrize("wrong", ["quickstrat", "recipes/quickstart.yaml", "chest46"])
def test_nearly_a_name_is_told_the_right_one(wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError, match=r"did you mean (quickstart|chest64), which comes"):
        find_recipe(wrong)


def test_a_folder_of_a_recipes_name_does_not_hide_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chest64").mkdir()
    assert find_recipe("chest64") == packaged_folder() / "chest64.yaml"
