from types import SimpleNamespace

import pytest

from ct2xkeras.serving.server.errors import ServingError, public_message
from ct2xkeras.serving.server.repository import Repository, find_models


@pytest.fixture
def models(tmp_path):
    """A folder, and a function that puts a version there; the name `bad` cannot be loaded."""

    def put(name, version, content=""):
        (tmp_path / name / str(version)).mkdir(parents=True, exist_ok=True)
        (tmp_path / name / str(version) / "saved_model.pb").write_text(content)

    put.folder = tmp_path
    return put


def load(name, version, path):
    if (path / "saved_model.pb").read_text() == "bad":
        raise ValueError(f"broken: {path}")
    return SimpleNamespace(name=name, version=version)


def test_only_whole_versions_with_numbers_count(models):
    models("a", 3)
    models("a", 12)
    models("a", "latest")
    models(".a", 1)
    (models.folder / "b" / "1").mkdir(parents=True)
    (models.folder / "README.md").write_text("")
    found = find_models(models.folder)
    assert {name: sorted(versions) for name, versions in found.items()} == {"a": [3, 12]}
    assert find_models(models.folder / "a").keys() == {"a"}
    assert find_models(models.folder / "nothing") == {}


def test_the_newest_version_answers_and_a_withdrawn_one_gives_way(models):
    models("a", 1)
    repository = Repository(models.folder, load)
    repository.poll()
    old = repository.find("a")
    models("a", 2)
    models("b", 7)
    repository.poll()
    assert (old.version, repository.find("a").version, repository.find("b").version) == (1, 2, 7)
    assert repository.states("a") == [(2, "AVAILABLE", ""), (1, "END", "")]
    with pytest.raises(ServingError, match="no version 1; there is 2"):
        repository.find("a", 1)
    (models.folder / "a" / "2").rename(models.folder / "withdrawn")
    repository.poll()
    assert repository.find("a").version == 1


def test_a_version_that_cannot_be_loaded_leaves_the_old_one_until_it_is_mended(models):
    models("a", 1)
    models("a", 2, "bad")
    calls = []
    repository = Repository(models.folder, lambda *args: (calls.append(args[1]), load(*args))[1])
    repository.poll()
    repository.poll()
    assert repository.find("a").version == 1
    assert calls == [2, 1]
    ((_, state, error), _) = repository.states("a")
    assert (state, str(models.folder) in error) == ("END", False)
    models("a", 2, "mended now")
    repository.poll()
    assert repository.find("a").version == 2


def test_a_model_without_any_version_left_is_said_to_have_none(models):
    models("a", 1)
    repository = Repository(models.folder, load)
    repository.poll()
    (models.folder / "a" / "1" / "saved_model.pb").unlink()
    repository.poll()
    with pytest.raises(ServingError, match="no version that can be used"):
        repository.find("a")
    with pytest.raises(ServingError, match="no model 'aa', did you mean 'a'"):
        repository.find("aa")


@pytest.mark.parametrize(
    ("text", "public"),
    [
        (
            "{{function_node __inference_f_12}} spacing: must be positive\n\t "
            "[[{{node assert/Assert}}]] [Op:__inference_g_7]",
            "spacing: must be positive",
        ),
        (
            "Graph execution error:\n\nDetected at node Pad defined at (most recent call last):\n"
            '  File "/home/someone/lib/a.py", line 3, in f\n\n  File "/x/y.py", line 4\n\n'
            "Paddings must be non-negative: -1 0\n\t [[{{node Pad}}]]",
            "Paddings must be non-negative: -1 0",
        ),
        ("cannot open /home/someone/models/a.bin now", "cannot open ... now"),
        ("", "the model refuses these inputs"),
    ],
)
def test_no_path_or_graph_node_reaches_a_client(text, public):
    assert public_message(text) == public
