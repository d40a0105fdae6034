import numpy as np

from ct2xkeras.evaluation.study.design import draw_files, make_blocks, make_items, rater_order


def test_methods_are_compared_on_the_same_names_where_they_share_enough(rng):
    methods = {"a": [f"a/{i}.png" for i in range(9)], "b": [f"b/{i}.png" for i in range(4, 12)]}
    drawn = draw_files(methods, 5, rng)
    assert [name[2:] for name in drawn["a"]] == [name[2:] for name in drawn["b"]]
    apart = draw_files(methods, 6, rng)
    assert {len(set(files)) for files in apart.values()} == {6}


def test_methods_stand_beside_the_same_references(rng):
    drawn = {"a": ["a0", "a1", "a2"], "b": ["b0", "b1", "b2"]}
    items = make_items(drawn, ["r0", "r1"], 0, rng)
    beside = {item.picture: item.reference for item in items.values()}
    assert beside == {"a0": "r0", "a1": "r1", "a2": "r0", "b0": "r0", "b1": "r1", "b2": "r0"}


def test_repeats_show_the_same_again_in_the_second_half(rng):
    drawn = {name: [f"{name}{i}" for i in range(6)] for name in "abc"}
    items = make_items(drawn, ["r"], 2, rng)
    repeats = {name: item for name, item in items.items() if item.repeats}
    assert [item.method for item in repeats.values()] == ["a", "a", "b", "b", "c", "c"]
    for item in repeats.values():
        first = items[item.repeats]
        assert (first.picture, first.reference) == (item.picture, item.reference)
    blocks = make_blocks(items, rng)
    assert [len(block) for block in blocks] == [12, 12]
    for rater in ("kim", "lee"):
        order = rater_order("study", blocks, rater)
        assert sorted(order) == sorted(items)
        assert all(order.index(item.repeats) < 12 <= order.index(n) for n, item in repeats.items())


def test_each_rater_has_an_order_of_their_own_that_mixes_methods(rng):
    items = make_items({name: [f"{name}{i}" for i in range(40)] for name in "ab"}, ["r"], 0, rng)
    blocks = make_blocks(items, rng)
    orders = [rater_order("study", blocks, f"rater{i}") for i in range(20)]
    assert orders[0] == rater_order("study", blocks, "rater0")
    assert len(set(map(tuple, orders))) == 20
    positions = [[order.index(n) for n in items if items[n].method == "a"] for order in orders]
    assert abs(np.mean(positions) - 39.5) < 5  # chance: sd 1.0 by halves, drawn once
