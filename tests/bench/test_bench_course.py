"""The course of a bench, its work being made up: what is done, what is repeated, what is said."""

import json
import shutil

import pytest
from bench_samples import BENCH, KID, STRUCTURE, FakeWork

from ct2xkeras.bench import BenchFailedError
from ct2xkeras.bench.processes import WrongInputError
from ct2xkeras.bench.running import BenchInputError
from ct2xkeras.training.run_folder import RunError

TRAININGS = [("train", name, seed) for seed in (0, 1) for name in ("ours", "field")]


def of_kind(work, kind):
    return [entry for entry in work.done if entry[0] == kind]


def summary(folder):
    return json.loads(folder.summary_file.read_text())


def row(folder, name):
    return next(row for row in summary(folder)["rows"] if row["name"] == name)


def test_each_run_is_trained_once_and_measured_in_each_variant(bench, folder):
    work = bench()
    assert of_kind(work, "train") == TRAININGS
    assert [entry[1:] for entry in of_kind(work, "evaluate")] == [
        (name, seed, variant)
        for seed in (0, 1)
        for name, variant in (("ours", ""), ("field", "no patient"), ("field", "inverted"))
    ]
    assert {recipe.data.directory for recipe in work.recipes.values()} == {str(folder.data)}
    assert {r.training.max_minutes for r in work.recipes.values()} == {2}
    assert {r.data.seed for r in work.recipes.values()} == {0}
    assert [recipe.seed for recipe in work.recipes.values()] == [0, 0, 1, 1]


def test_means_and_spreads_are_those_of_the_seeds(bench, folder):
    bench()
    kid = row(folder, "ours")["cells"][KID]
    assert kid["mean"] == pytest.approx(0.15)  # of 0.1 and 0.2
    assert kid["std"] == pytest.approx(0.1 / 2**0.5)
    assert kid["num"] == 2
    assert row(folder, "raw DRRs")["cells"][KID]["mean"] == 0.9
    assert row(folder, "ours")["images"]["mean"] == 64
    assert STRUCTURE not in row(folder, "field, no patient")["cells"]
    table = folder.table_file.read_text()
    assert "| ours | 2 | 0.1500 ± 0.0707 |" in table
    assert "| *raw DRRs* |  | 0.9000 |" in table
    assert "| ours | 2 | **0.5000 ± 0.0000** |" in table
    assert "| field, no patient | 2 | - |" in table
    assert "| field | 64 ± 0 | 1.1 ± 0.0 |" in table


def test_what_is_finished_is_not_repeated(bench):
    bench()
    assert bench().done == []


def test_an_interrupted_bench_goes_on_with_the_time_that_is_left(bench):
    first = FakeWork(interrupt=("ours", 1))
    with pytest.raises(KeyboardInterrupt):
        bench(first)
    second = bench(FakeWork())
    assert of_kind(second, "train") == TRAININGS[2:]
    left = 2 - 32 / 60  # 32 images at one a second
    assert second.recipes["ours", 1].training.max_minutes == pytest.approx(left)
    assert second.recipes["field", 1].training.max_minutes == 2


def test_a_training_that_ended_before_it_was_noted_is_not_repeated(bench, folder):
    bench()
    folder.results_file.unlink()
    work = bench()
    assert of_kind(work, "train") == []
    assert len(of_kind(work, "evaluate")) == 6


def test_a_line_that_a_kill_cut_off_costs_that_line_alone(bench, folder):
    bench()
    text = folder.results_file.read_text()
    folder.results_file.write_text(text[:-20])
    assert [entry[:3] for entry in bench().done] == [("evaluate", "field", 1)]
    assert bench().done == []


def test_a_failed_run_is_in_the_table_and_stops_no_other(bench, folder):
    work = FakeWork(failing={("ours", 0): "train", ("field", 1): "inverted"})
    with pytest.raises(BenchFailedError, match=r"2 of 4 runs failed: ours seed 0 \(training\)"):
        bench(work)
    assert of_kind(work, "train") == TRAININGS
    table = folder.table_file.read_text()
    assert "- Failed: ours, seed 0, training: Training diverged." in table
    assert "- Failed: field, seed 1, inverted: Nothing could be measured." in table
    assert "| ours | 1 of 2 | 0.2000 |" in table
    again = bench(FakeWork())
    assert [entry[:3] for entry in again.done] == [
        ("train", "ours", 0),
        ("evaluate", "ours", 0),
        ("evaluate", "field", 1),
    ]
    assert "Failed" not in folder.table_file.read_text()


def test_only_some_methods_and_seeds_are_run(bench, folder):
    work = bench(only=("field",), seeds=(1,))
    assert of_kind(work, "train") == [("train", "field", 1)]
    assert "Not whole: ours (0 of 2 seeds), field, no patient (1 of 2 seeds)" in (
        folder.table_file.read_text()
    )
    assert len(of_kind(bench(), "train")) == 3
    with pytest.raises(RunError, match="--only: expected some of ours, field, found eg3d"):
        bench(only=("eg3d",))
    with pytest.raises(RunError, match="--seeds: expected some of 0, 1, found 2"):
        bench(seeds=(2,))


def test_runs_that_fit_nothing_are_wrong_input_and_may_be_mended_in_place(bench):
    runs = [(name, seed) for name in ("ours", "field") for seed in (0, 1)]
    with pytest.raises(BenchInputError, match="4 of 4 runs failed"):
        bench(FakeWork(failing=dict.fromkeys(runs, "input")))
    mended = ["minutes=3", "evaluation.cases=5", "training.images=65"]
    assert of_kind(bench(overrides=mended), "train") == TRAININGS


def test_wrong_input_leaves_a_bench_as_it_was(bench, folder):
    bench()
    before = folder.begun_file.read_text()
    work = FakeWork()

    def refuse(recipe, evaluation):
        raise WrongInputError("cts: expected a CT, found none.")

    work.prepare = refuse
    with pytest.raises(WrongInputError):
        bench(work, overrides=["title=Another", "seeds=[0, 1, 2]"])
    assert folder.begun_file.read_text() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("minutes=3", "minutes: 2.0 in the folder, 3.0 now"),
        ("evaluation.cases=5", "evaluation.cases: 4 in the folder, 5 now"),
        ("training.images=65", "recipes.field.training.images: 64 in the folder, 65 now"),
    ],
)
def test_a_changed_bench_is_refused(bench, folder, change, field):
    bench()
    before = folder.begun_file.read_text()
    with pytest.raises(RunError, match=field):
        bench(overrides=[change])
    assert folder.begun_file.read_text() == before


def test_methods_and_seeds_may_be_added_and_a_removed_run_is_made_again(bench, bench_file, folder):
    bench()
    bench_file.write_text(BENCH + "  - {name: third, recipe: base.yaml}\n")
    assert of_kind(bench(), "train") == [("train", "third", 0), ("train", "third", 1)]
    assert of_kind(bench(overrides=["seeds=[0, 1, 2]"]), "train")[0] == ("train", "ours", 2)
    shutil.rmtree(folder.runs / "third")
    bench_file.write_text(
        BENCH + "  - {name: third, recipe: base.yaml, set: {losses: {tone: 3}}}\n"
    )
    again = bench()
    assert of_kind(again, "train") == [("train", "third", 0), ("train", "third", 1)]
    assert len(of_kind(again, "evaluate")) == 2


def test_another_folder_is_not_touched(bench, folder):
    folder.path.mkdir()
    (folder.path / "mine.txt").touch()
    with pytest.raises(RunError, match="is there already and is no bench"):
        bench()
    assert [path.name for path in folder.path.iterdir()] == ["mine.txt"]


def test_the_page_shows_the_median_seed_of_each_method(bench):
    work = bench(overrides=["seeds=[0, 1, 2]"])
    assert list(work.page["runs"]) == ["ours, seed 1", "field, seed 1"]
    assert work.page["cases"] == 4
    titles = [table["title"] for table in work.page["over_seeds"]["tables"]]
    assert titles == ["Realism", "Structure"]
    assert bench(pictures=False, overrides=["seeds=[0, 1, 2]"]).page["cases"] == 0
