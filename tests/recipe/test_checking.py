import pytest

from ct2xkeras.recipe import RecipeError, check_recipe


def test_a_missing_list_of_patients_is_refused_where_it_is_named(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text("name: a\ndata:\n  phantoms: {}\n  val_file: no.txt\n")
    with pytest.raises(RecipeError, match=r"recipe.yaml:4:3: data.val_file: no.txt: expected"):
        check_recipe(path)
    (tmp_path / "names.txt").write_text("p1\n")
    path.write_text(path.read_text().replace("no.txt", str(tmp_path / "names.txt")))
    assert check_recipe(path).name == "a"
