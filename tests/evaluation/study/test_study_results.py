import json

import pytest

from ct2xkeras.data import DataError
from ct2xkeras.evaluation.study import read_results


def edited(path, change):
    """The file with its content changed and its checksum left."""
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return path


def test_whole_results_are_read(write_result, study):
    kim, lee = read_results([write_result("kim"), write_result("lee")], study.key)
    assert (kim.rater, lee.rater) == ("kim", "lee")
    assert {rating.item for rating in kim.ratings} == set(study.key.items)
    assert [r.item for r in kim.ratings] != [r.item for r in lee.ratings]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["ratings"][4].update(score=5),
        lambda content: content["ratings"].pop(),
        lambda content: content["ratings"].reverse(),
        lambda content: content.update(rater="lee"),
        lambda content: content.update(checksum="0" * 64),
    ],
)
def test_a_changed_file_is_refused_by_name(write_result, study, change):
    path = edited(write_result(), change)
    with pytest.raises(DataError, match=r"kim\.json: expected content with checksum .* changed"):
        read_results([write_result("lee"), path], study.key)


@pytest.mark.parametrize(
    "changes",
    [
        {"ratings": [{"item": "1", "score": 6, "ms": 1}]},
        {"ratings": [{"item": "1", "score": 2.0, "ms": 1}]},
        {"ratings": [{"item": "1", "score": True, "ms": 1}]},
        {"ratings": [{"item": "1", "score": 2, "ms": -1}]},
        {"ratings": [{"item": "1"}]},
        {"ratings": None},
        {"rater": "../kim"},
        {"rater": None},
        {"study": 5},
    ],
)
def test_a_file_of_another_form_is_refused(write_result, study, changes):
    with pytest.raises(DataError, match="found another file or a damaged one"):
        read_results([write_result(changes=changes)], study.key)


@pytest.mark.parametrize("text", ["", "[]", "study,rater,position", "\x00"])
def test_what_is_no_result_is_refused(tmp_path, study, text):
    path = tmp_path / "notes.json"
    path.write_text(text)
    with pytest.raises(DataError, match=r"notes\.json: expected a result"):
        read_results([path], study.key)
    with pytest.raises(DataError, match="no such file"):
        read_results([tmp_path / "gone.json"], study.key)


def test_a_result_of_another_study_is_refused(write_result, study, make_study):
    other = make_study(seed=5).key
    with pytest.raises(DataError, match=f"expected study {study.key.study}, found study"):
        read_results([write_result(key=other)], study.key)


def test_another_format_is_refused(write_result, study):
    with pytest.raises(DataError, match=r"expected format .*/1, found .*/9"):
        read_results([write_result(changes={"format": "ct2xkeras-study-result/9"})], study.key)


@pytest.mark.parametrize(
    "pick",
    [
        lambda order: order[::-1],
        lambda order: order[1:],
        lambda order: [*order, order[0]],
        lambda order: ["00000000", *order[1:]],
    ],
)
def test_items_that_the_rater_was_not_shown_so_are_refused(write_result, study, pick):
    with pytest.raises(DataError, match=r"kim\.json: expected ratings in the order"):
        read_results([write_result(pick=pick)], study.key, allow_incomplete=True)


def test_an_incomplete_result_is_taken_only_if_asked(write_result, study):
    path = write_result(pick=lambda order: order[:7])
    with pytest.raises(DataError, match=r"kim\.json: expected 12 ratings, found 7\..*--allow-inc"):
        read_results([path], study.key)
    (result,) = read_results([path], study.key, allow_incomplete=True)
    assert len(result.ratings) == 7
    with pytest.raises(DataError, match="found 0"):
        read_results([write_result(pick=lambda order: [])], study.key, allow_incomplete=True)


def test_two_files_of_one_rater_are_refused_by_name(write_result, study):
    paths = [write_result("kim"), write_result("kim", file="again.json")]
    with pytest.raises(
        DataError, match=r"again\.json: .* a second one of kim, besides .*kim\.json"
    ):
        read_results(paths, study.key)
