import json

import numpy as np
import pytest

from ct2xkeras.evaluation.study import read_results, score_study
from ct2xkeras.evaluation.study.scoring import mean_with_interval, rating_rows


def test_each_method_gets_the_mean_of_its_own_first_showings(study, write_result):
    items = study.key.items
    worth = {"waterfall": 2, "juniper": 4, "authentic": 5}

    def by_method(name):
        return 1 if items[name].repeats else worth[items[name].method]

    paths = [write_result("kim", by_method), write_result("lee", by_method)]
    summary = score_study(study.key, read_results(paths, study.key))
    for method, score in worth.items():
        assert summary["methods"][method] == {
            "mean": score,
            "low": score,
            "high": score,
            "ratings": 6,
        }
    assert summary["alpha"] == {"ordinal": 1, "interval": 1}
    assert summary["repeats"] == {"pairs": 6, "same": 0, "difference": pytest.approx(8 / 3)}
    assert list(summary["methods"]) == ["waterfall", "juniper", "authentic"]


def test_what_one_rater_cannot_tell_is_null_in_json(study, write_result):
    results = read_results([write_result()], study.key)
    summary = json.loads(json.dumps(score_study(study.key, results), allow_nan=False))
    assert summary["alpha"] == {"ordinal": None, "interval": None}


def test_incomplete_results_count_with_what_they_have(study, write_result):
    paths = [write_result("kim"), write_result("lee", pick=lambda order: order[:5])]
    results = read_results(paths, study.key, allow_incomplete=True)
    summary = score_study(study.key, results)
    first = [r for r in rating_rows(study.key, results) if not r["repeats"]]
    assert sum(m["ratings"] for m in summary["methods"].values()) == len(first)


def test_one_raters_interval_is_that_of_a_mean(rng):
    scores = rng.integers(1, 6, (1, 400)).astype(float)
    found = mean_with_interval(scores, rng)
    error = scores.std() / 20
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_raters_who_differ_widen_the_interval(rng):
    noise = rng.integers(2, 4, (8, 50)).astype(float)
    harsh = noise + np.array([-1, -1, -1, -1, 1, 1, 1, 1])[:, None]
    widths = [
        found["high"] - found["low"]
        for found in (mean_with_interval(ratings, rng) for ratings in (noise, harsh))
    ]
    assert widths[1] > 4 * widths[0]


def test_rows_name_method_and_picture(study, write_result):
    rows = rating_rows(study.key, read_results([write_result()], study.key))
    assert [row["position"] for row in rows] == list(range(1, 13))
    for row in rows:
        item = study.key.items[row["item"]]
        assert (row["method"], row["picture"]) == (item.method, item.picture)
