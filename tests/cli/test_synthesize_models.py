from ct2xkeras.cli.synthesize_models import TrainedRun
from ct2xkeras.recipe import load_recipe, recipe_text


def test_a_trained_run_needs_none_of_the_files_that_its_recipe_names(tmp_path, monkeypatch):
    # Files named relative to the folder in which the training was started are not there elsewhere.
    recipe = load_recipe("chest64", ["data.val_file=held_out.txt", "data.directory=data/chest64"])
    (tmp_path / "recipe.yaml").write_text(recipe_text(recipe))
    monkeypatch.chdir(tmp_path)
    run = TrainedRun(tmp_path)
    assert run.size == (64, 64)
    assert run.camera == (1600, 1600 * 0.82, 250)
