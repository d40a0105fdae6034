import numpy as np

from ct2xkeras.evaluation.report.figures import picture, standing_for_all, view_text
from ct2xkeras.evaluation.report.history import Measured, curves, newest_metrics
from ct2xkeras.evaluation.report.tables import comparison_rows, difference_rows, metric_rows, shown
from ct2xkeras.recipe import Recipe


def measured(value, interval=None):
    return Measured(value, interval, 8)


def test_a_metric_stands_beside_its_baselines():
    metrics = {
        "kid-of-real[a,n=8]": measured(0.01),
        "kid[a,n=8]": measured(0.2, (0.1, 0.3)),
        "kid-of-drr[a,n=8]": measured(0.5),
        "kid-of-drr[a,n=4]": measured(0.9),
        "structure[n=8]": measured(0.7),
    }
    structure, kid = metric_rows(metrics)
    assert (kid.name, kid.options, kid.better) == ("kid", "a, n=8", "lower")
    assert [cell.value for cell in kid.cells] == [0.2, 0.5, 0.01]
    assert shown(kid.cells[0]) == ("0.2000", "0.1000 to 0.3000")
    assert structure.cells[1:] == [None, None]
    assert shown(None) == ("", "")


def test_only_numbers_of_one_spec_are_compared():
    """Different numbers of pictures never stand in a row: the metric is named instead."""
    runs = [
        {"kid[a,n=8]": measured(0.2), "structure[n=8]": measured(0.7)},
        {"kid[a,n=4]": measured(0.1), "structure[n=8]": measured(0.8)},
        {"style-retrieval[n=8]": measured(1)},
    ]
    (row,), apart = comparison_rows(runs)
    assert row.name == "structure"
    assert [cell and cell.value for cell in row.cells] == [0.7, 0.8, None, None, None]
    assert row.best == 1
    assert apart == ["kid"]


def test_the_best_run_follows_the_metric():
    runs = [{"kid[n=8]": measured(0.2)}, {"kid[n=8]": measured(0.1)}]
    assert comparison_rows(runs)[0][0].best == 1
    assert comparison_rows([runs[0], runs[0]])[0][0].best is None


def test_recipes_are_compared_with_the_first():
    def recipe(**losses):
        return Recipe.model_validate(
            {"name": "a", "data": {"phantoms": {"cts": 3}}, "losses": losses}
        )

    rows = difference_rows([recipe(tone=2), recipe(tone=3), recipe(tone=2, structure=0)])
    assert rows == [
        ("losses.structure", [recipe().losses.structure] * 2 + [0]),
        ("losses.tone", [2, 3, 2]),
    ]
    assert difference_rows([recipe(), recipe()]) == []


def test_the_newest_number_of_each_spec_counts():
    lines = [
        {"kind": "evaluation", "images": 4, "kid[n=8]": 0.9, "fid[n=8]": 5.0},
        {"kind": "evaluation", "images": 8, "kid[n=8]": 0.1, "intervals": {"kid[n=8]": [0, 1]}},
        {"kind": "evaluation", "images": 8, "a[n=1]": None, "b[n=1]": "text", "intervals": 3},
        {"kind": "train", "images": 9, "kid[n=8]": 0.0},
    ]
    assert newest_metrics(lines) == {
        "kid[n=8]": Measured(0.1, (0, 1), 8),
        "fid[n=8]": Measured(5.0, None, 4),
    }


def test_curves_are_in_order_of_images_and_hold_numbers_only():
    lines = [
        {"kind": "train", "images": 8, "loss": 1.0, "note": "text"},
        {"kind": "train", "images": 4, "loss": 2.0, "flag": True},
        {"kind": "train", "images": 4, "loss": 3.0},
        {"kind": "train", "images": 9, "loss": float("nan")},
    ]
    assert curves(lines, ("train",)) == {"loss": [(4, 3.0), (8, 1.0)]}


def test_best_median_and_worst_are_what_they_say():
    values = np.array([0.3, 0.9, 0.1, 0.5, 0.7])
    assert standing_for_all(values, True) == {"best": 1, "median": 3, "worst": 2}
    assert standing_for_all(values, False) == {"best": 2, "median": 3, "worst": 1}
    assert standing_for_all(values[:1], True) == {"best": 0, "median": 0, "worst": 0}


def test_views_are_in_clinical_words():
    assert view_text(np.array([-30.4, 10.0] + 10 * [0])) == "30° RAO, 10° CRA"


def test_large_pictures_are_reduced(rng):
    large = picture(rng.uniform(-1, 1, (700, 350, 1)), "")
    assert len(large.address) < len(picture(rng.uniform(-1, 1, (300, 300, 1)), "").address)
