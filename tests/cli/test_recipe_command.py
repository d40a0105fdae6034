import json

import pytest

from ct2xkeras.cli.main import main
from ct2xkeras.recipe import load_recipe
from ct2xkeras.recipe.packaged import packaged_file, packaged_names
from ct2xkeras.recipe.schema_fields import schema_fields


@pytest.fixture
def recipe(tmp_path):
    (tmp_path / "base.yaml").write_text("name: base\ndata: {phantoms: {cts: 2}}\n")
    path = tmp_path / "recipe.yaml"
    path.write_text("extends: base\nname: mine\ntraining: {images: 7}\n")
    return path


@pytest.fixture
def run(capsys):
    def run_command(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(["recipe", *map(str, arguments)])
        captured = capsys.readouterr()
        return stop.value.code or 0, captured.out, captured.err

    return run_command


def test_show_prints_a_recipe_that_reads_back_equal(run, recipe, tmp_path):
    status, out, err = run("show", recipe, "--set", "seed=3")
    assert (status, err) == (0, "")
    resolved = tmp_path / "resolved.yaml"
    resolved.write_text(out)
    assert load_recipe(resolved) == load_recipe(recipe, ["seed=3"])


def test_show_says_where_each_field_was_stated(run, recipe, tmp_path):
    _, out, _ = run("show", recipe, "--set", "seed=3", "--origins")
    lines = out.splitlines()
    assert f"training.images: 7  # {recipe}:3:12" in lines
    assert f"data.phantoms.cts: 2  # {tmp_path / 'base.yaml'}:2:19" in lines
    assert "seed: 3  # --set seed=3" in lines
    assert "data.directory: null  # default" in lines
    assert "model.architecture: {}  # default" in lines


def test_validate_reports_every_file_and_every_error(run, recipe, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("extends: base\nseed: -1\ntraining: {imgs: 1}\n")
    none = tmp_path / "none.yaml"
    status, out, err = run("validate", wrong, recipe, none)
    assert status == 2
    assert out == f"{recipe}: OK\n"
    starts = (f"{wrong}:2:1: seed: ", f"{wrong}:3:12: training.imgs: ", f"{none}: there is no")
    assert len(err.splitlines()) == len(starts)
    for line, start in zip(err.splitlines(), starts, strict=True):
        assert line.startswith(f"Error: {start}")


def test_validate_finds_nothing_wrong_with_the_shipped_recipes(run):
    paths = [packaged_file(name) for name in packaged_names()]
    status, out, err = run("validate", *paths)
    assert (status, err) == (0, "")
    assert out.splitlines() == [f"{path}: OK" for path in paths]


def test_the_schema_lists_every_field(run):
    status, out, _ = run("schema")
    assert status == 0
    for field in schema_fields():
        assert (field.name if field.is_section else field.name.rpartition(".")[2]) in out
    assert json.loads(run("schema", "--json")[1])["title"] == "Recipe"
