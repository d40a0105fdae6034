import numpy as np
import pytest
from PIL import Image

from ct2xkeras.data import DataError
from ct2xkeras.evaluation.picture_folders import (
    FolderSource,
    check_equal_numbers,
    folder_samples,
    reference_folder,
)
from ct2xkeras.evaluation.samples import Samples
from ct2xkeras.pictures import to_uint16, write_png16


@pytest.fixture
def write(tmp_path, rng):
    """Writes pictures of noise into a folder of this name."""

    def write_folder(name, num=4, side=40, first=0):
        for index in range(first, first + num):
            write_png16(tmp_path / name / f"case{index}.png", rng.uniform(-1, 1, (side, side)))
        return str(tmp_path / name)

    return write_folder


def test_pictures_are_taken_as_they_are_stored(tmp_path, rng):
    """Black is -1 and full scale is 1, however dull the picture is."""
    dull = rng.uniform(-0.3, 0.1, (40, 40))
    write_png16(tmp_path / "a" / "x.png", dull)
    samples = folder_samples(FolderSource(str(tmp_path / "a")))
    assert samples.pictures.shape == (1, 40, 40, 1)
    assert samples.pictures.dtype == np.float32
    np.testing.assert_allclose(samples.pictures[0, ..., 0], dull, atol=2 / 65535)


def test_real_radiographs_are_windowed_on_both_sides_by_one_rule(tmp_path, rng):
    """The floor: the same file as picture and as reference is the same array."""
    write_png16(tmp_path / "a" / "x.png", rng.uniform(-0.3, 0.1, (80, 80)))
    folder = str(tmp_path / "a")
    source = FolderSource(folder, size=40, raw=True, crop=0.5)
    samples = folder_samples(source, lambda shape: reference_folder(folder, shape, 0.5))
    assert samples.pictures.max() > 0.9
    np.testing.assert_array_equal(samples.pictures, samples.references)


def test_prepared_references_are_taken_as_they_are(write):
    folder = write("a", 2, side=40)
    samples = folder_samples(FolderSource(folder))
    stored = reference_folder(folder, (40, 40), stored=True)
    np.testing.assert_array_equal(np.sort(stored, axis=0), np.sort(samples.pictures, axis=0))


def test_what_belongs_to_pictures_is_found_by_name(write, tmp_path):
    source = FolderSource(write("a"), drr=write("drr", 6), truth=write("truth", 4))
    (tmp_path / "mask").mkdir()
    for index in range(4):  # inside the CT everywhere: a mask may be of one grey value
        Image.new("L", (40, 40), 255).save(tmp_path / "mask" / f"case{index}.png")
    samples = folder_samples(
        FolderSource(source.pictures, source.drr, str(tmp_path / "mask"), source.truth)
    )
    stored = np.asarray(Image.open(tmp_path / "drr" / "case2.png"))
    np.testing.assert_array_equal(to_uint16(samples.drr[2, ..., 0]), stored)
    assert np.all(samples.coverage == 1)
    assert samples.truth.shape == samples.pictures.shape


def test_files_that_belong_to_no_picture_may_have_one_name(write):
    drrs = write("drr")
    write("drr/others", 2, first=7)
    write("drr/more", 2, first=7)
    assert folder_samples(FolderSource(write("a"), drr=drrs)).drr.shape == (4, 40, 40, 1)


def test_a_draw_follows_its_seed(write):
    folder = write("a", 12)

    def drawn(seed):
        return folder_samples(FolderSource(folder, num=5, seed=seed)).pictures

    np.testing.assert_array_equal(drawn(1), drawn(1))
    assert not np.array_equal(drawn(1), drawn(2))
    assert len(reference_folder(folder, (40, 40), num=5)) == 5


def test_copies_among_references_count_once(write, tmp_path):
    folder = write("a", 3)
    (tmp_path / "a" / "copy.png").write_bytes((tmp_path / "a" / "case1.png").read_bytes())
    assert len(reference_folder(folder, (40, 40))) == 3


def test_bad_folders_are_refused_by_name(write, tmp_path):
    folder = write("a")
    write("mixed", 2)
    write("mixed", 1, side=48, first=2)
    write("twins/one", 1)
    write("twins/two", 1)
    write("twice", 6)
    write("twice/others", 1, first=1)
    (tmp_path / "empty").mkdir()
    Image.new("L", (40, 40), 9).save(tmp_path / "empty" / "flat.txt", format="PNG")
    for source, message in (
        (FolderSource(str(tmp_path / "empty")), "empty: expected a radiograph"),
        (FolderSource(str(tmp_path / "none")), "none: expected a radiograph"),
        (FolderSource(str(tmp_path / "mixed")), "case2.png: expected 40 x 40 .* --size"),
        (FolderSource(str(tmp_path / "empty" / "flat.txt")), "flat.txt: expected a radiograph"),
        (FolderSource(folder, num=9), "at least 9 pictures, found 4. Give more, or --cases 4"),
        (FolderSource(folder, drr=write("drr", 3)), "none for 1 of 4, the first 'case3'"),
        (FolderSource(str(tmp_path / "twins"), drr=folder), "found 2 called 'case0'"),
        (FolderSource(folder, drr=str(tmp_path / "twice")), "twice: .* found 2 called 'case1'"),
        (FolderSource(folder, coverage=write("wide", side=50)), "wide/case0.png: expected 40 x 40"),
    ):
        with pytest.raises(DataError, match=message):
            folder_samples(source)


def test_sets_of_different_numbers_are_refused_with_the_way_out():
    with pytest.raises(ValueError, match=r"peer: .*found 5 and 3\. --cases 3 draws as many"):
        check_equal_numbers("peer", Samples(np.zeros((5, 1, 1, 1)), np.zeros((3, 1, 1, 1))))
