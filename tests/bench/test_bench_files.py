"""Bench files: what they say of recipes, and how they are told what is wrong."""

from pathlib import Path

import pytest
from bench_samples import BENCH

from ct2xkeras.bench.loading import load_bench, recipe_of_run
from ct2xkeras.recipe import RecipeError, build_dataset_spec

SHIPPED = sorted((Path(__file__).parents[2] / "recipes" / "bench").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_benches_have_several_seeds_and_one_data_set(path):
    loaded = load_bench(path)
    assert len(loaded.bench.seeds) >= 3
    assert len(loaded.recipes) >= 7
    assert {build_dataset_spec(r).digest() for r in loaded.recipes.values()} == {
        loaded.spec.digest()
    }


def test_the_phantom_benches_share_their_patients():
    phantom, ablation = (load_bench(f"bench/{name}") for name in ("phantom", "ablation"))
    assert phantom.spec == ablation.spec
    assert len(phantom.spec.val) == 16 + 16


def test_changes_of_a_method_win_over_those_for_all_and_the_command_line_over_both(bench_file):
    def log_every(*overrides):
        recipes = load_bench(bench_file, overrides).recipes
        return [recipe.training.log_every for recipe in recipes.values()]

    assert log_every() == [8, 8]
    text = BENCH.replace("set: {model: {method: pi-gan}}", "set: {training: {log_every: 3}}")
    bench_file.write_text(text)
    assert log_every() == [8, 3]
    assert log_every("training.log_every=5") == [5, 5]


def test_the_command_line_changes_the_bench_itself_too(bench_file):
    bench = load_bench(bench_file, ["minutes=0.5", "seeds=[7]", "evaluation.cases=9"]).bench
    assert (bench.minutes, bench.seeds, bench.evaluation.cases) == (0.5, [7], 9)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("minutes: 2", "minuets: 2", ":2:1: minuets: unknown field (did you mean minutes?)."),
        ("minutes: 2", "minutes: 0", ":2:1: minutes: should be greater than 0, found 0."),
        (
            "minutes: 2",
            "minutes: 1e9",
            ":2:1: minutes: should be less than or equal to 525600, found 1000000000.0.",
        ),
        ("[0, 1]", "[1, 1]", ":3:1: seeds: expected different ones, found 1 twice, found [1, 1]."),
        ("[0, 1]", "[]", ":3:1: seeds: should have at least 1"),
        ("[kid,", "[kidd,", ":4:24: evaluation.metrics: metric: expected one of structure, "),
        ("cases: 4", "case: 4", ":4:14: evaluation.case: unknown field (did you mean cases?)."),
        ("log_every: 8", "log_evry: 8", ":6:14: training.log_evry: unknown field (did you mean"),
        ("log_every: 8", "max_minutes: 8", "training.max_minutes: is said by `minutes`."),
        ("set:\n", "set:\n  seed: 3\n", ":6:3: set.seed: is said by `seeds`."),
        ("name: field", "name: ours", ":7:1: methods: expected different ones, found 'ours' twice"),
        ("name: ours, ", "", ":8:5: methods.0.name: is missing."),
        ("recipe: base.yaml}", "recipe: b.yaml}", ":8:18: methods.0.recipe: there is no recipe "),
        ("pi-gan", "pigan", "model.method: should be one of ct2x-gan, pi-gan"),
        (
            "{method: pi-gan}",
            "{architecture: {volume_size: [8, 8, 8]}}",
            ":9:5: methods.1: has other data than ours: volume_size [8, 8, 8] instead of",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(bench_file, before, after, message):
    assert BENCH.count(before) == 1 or before == "set:\n"
    bench_file.write_text(BENCH.replace(before, after, 1))
    with pytest.raises(RecipeError) as error:
        load_bench(bench_file)
    assert message in str(error.value)
    assert str(error.value).startswith(str(bench_file))


def test_the_command_line_cannot_change_what_a_bench_decides(bench_file):
    with pytest.raises(RecipeError, match=r"^--set seed=3: is said by `seeds`"):
        load_bench(bench_file, ["seed=3"])


def test_problems_of_all_recipes_are_said_at_once(bench_file):
    text = BENCH.replace("pi-gan", "no").replace("ours, recipe: base", "ours, recipe: none")
    bench_file.write_text(text)
    with pytest.raises(RecipeError) as error:
        load_bench(bench_file)
    assert len(error.value.problems) == 2


def test_runs_differ_in_their_seed_and_share_the_split(bench_file, tmp_path):
    recipe = load_bench(bench_file, ["data.seed=5"]).recipes["ours"]
    runs = [recipe_of_run(recipe, seed, 2, tmp_path, 5) for seed in (0, 1)]
    assert [run.seed for run in runs] == [0, 1]
    assert {build_dataset_spec(run).seed for run in runs} == {5}
    assert {run.training.max_minutes for run in runs} == {2}
    assert {run.data.directory for run in runs} == {str(tmp_path)}


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("minuts=1", "--set minuts=1: minuts: unknown field (did you mean minutes?)."),
        ("evaluatio.cases=8", "evaluatio: unknown field (did you mean evaluation.cases?)."),
        ("modell=8", "modell: unknown field (did you mean model?)."),  # of recipes
        (
            "data.val_file=none.txt",
            "--set data.val_file=none.txt: data.val_file: none.txt: expected a text file",
        ),
    ],
)
def test_changes_that_lead_nowhere_are_explained(bench_file, override, message):
    with pytest.raises(RecipeError) as error:
        load_bench(bench_file, [override])
    assert message in str(error.value)


def test_a_missing_list_of_patients_is_named_with_its_line(bench_file):
    base = bench_file.with_name("base.yaml")
    base.write_text("name: base\ndata:\n  phantoms: {cts: 3}\n  val_file: none.txt\n")
    with pytest.raises(RecipeError, match=r"base.yaml:4:3: data.val_file: none.txt: expected") as e:
        load_bench(bench_file)
    assert len(e.value.problems) == 1
