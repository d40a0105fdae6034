import pytest

from ct2xkeras.training.profile import Profile


@pytest.fixture
def acts(monkeypatch):
    """What the profiler was told, in order."""
    told = []
    place = "tensorflow.profiler.experimental"
    monkeypatch.setattr(f"{place}.start", lambda folder: told.append("start"))
    monkeypatch.setattr(f"{place}.stop", lambda: told.append("stop"))
    return told


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (range(30), {9: "start", 19: "stop"}),
        (range(19, 100, 20), {19: "start", 39: "stop"}),
        (range(3, 40, 4), {11: "start", 19: "stop"}),
    ],
)
def test_a_part_of_training_is_profiled_once_whatever_an_execution_holds(acts, ends, expected):
    profile, found = Profile("logs"), {}
    for batch in ends:
        profile.on_train_batch_end(batch)
        if acts:
            found[batch] = acts.pop()
    profile.on_train_end()
    assert (found, acts) == (expected, [])


def test_what_is_cut_short_is_written(acts):
    profile = Profile("logs")
    profile.on_train_batch_end(12)
    profile.on_train_end()
    profile.on_train_end()
    assert acts == ["start", "stop"]
