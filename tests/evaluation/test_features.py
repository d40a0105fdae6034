import numpy as np
import pytest

from ct2xkeras.cache import cache_folder
from ct2xkeras.evaluation.features import CachedFeatures


class Counting:
    """An extractor that counts the pictures it was given."""

    num_features = 3

    def __init__(self, name="counting"):
        self.name, self.seen = name, 0

    def __call__(self, images):
        self.seen += len(images)
        return images.reshape(len(images), -1)[:, :3].astype("float32")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("CT2XKERAS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def pictures(rng):
    return rng.uniform(-1, 1, (5, 4, 4, 1)).astype("float32")


def features_of(pictures, keep=True, name="counting"):
    """Features, and how many pictures an extractor had to be given for them."""
    extractor = Counting(name)
    return CachedFeatures(extractor)(pictures, keep), extractor.seen


def test_references_are_seen_once_for_all_commands(pictures):
    first, seen = features_of(pictures)
    again, seen_again = features_of(pictures.copy())
    np.testing.assert_array_equal(first, again)
    assert (seen, seen_again) == (5, 0)


def test_one_command_sees_pictures_once_and_keeps_what_it_is_told_to(pictures):
    extractor = Counting()
    features = CachedFeatures(extractor)
    features(pictures)
    features(pictures)
    assert extractor.seen == 5
    assert not cache_folder("features").exists()


def test_changed_pictures_and_other_extractors_are_not_mixed_up(pictures):
    features_of(pictures)
    changed = pictures.copy()
    changed[4, 3, 3, 0] += 1e-6
    assert features_of(changed)[1] == 5
    assert features_of(pictures, name="other")[1] == 5
    assert features_of(pictures[:4])[1] == 4


def test_damaged_files_are_made_again(pictures):
    whole, _ = features_of(pictures)
    (file,) = cache_folder("features").iterdir()
    for content in (b"", b"\x93NUMPY", file.read_bytes()[:-7]):
        file.write_bytes(content)
        again, seen = features_of(pictures)
        assert seen == 5
        np.testing.assert_array_equal(again, whole)


def test_a_cache_that_cannot_be_written_is_done_without(pictures):
    cache_folder("features").parent.write_text("a file where the folder should be")
    assert features_of(pictures)[1] == 5
