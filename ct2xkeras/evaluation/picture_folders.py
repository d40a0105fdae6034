"""Samples from folders of pictures: any method's output, judged by the same code as a run's."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from ct2xkeras.data import DataError
from ct2xkeras.data.dataset.finding import find_xrays
from ct2xkeras.evaluation.picture_files import radiograph_picture, stored_mask, stored_picture
from ct2xkeras.evaluation.samples import Samples


@dataclass(frozen=True)
class FolderSource:
    """Where a method's pictures are, and how they are read.

    Args:
        pictures: path, folder or pattern of the pictures that are judged.
        drr, coverage, truth: the same of what belongs to each, by file names; None without.
        size: side of the square pictures in pixels; None keeps that of the files, which must agree.
        raw: the pictures are real radiographs, to be prepared as the references are.
        crop: share of the middle of each real radiograph that is shown.
        num: how many are judged, drawn by the seed; None all.
        seed: of the draw.
    """

    pictures: str
    drr: str | None = None
    coverage: str | None = None
    truth: str | None = None
    size: int | None = None
    raw: bool = False
    crop: float = 1.0
    num: int | None = None
    seed: int = 0


def folder_samples(source, references=None):
    """`Samples` of a `FolderSource`.

    Args:
        references: function that gives real radiographs (m, h, w, 1) for a shape (h, w), or None.

    Raises:
        DataError: no pictures, too few, unreadable ones, mixed sizes, or one without its DRR,
            coverage or truth.
    """
    files = _drawn(source.pictures, find_xrays([source.pictures]), source.num, source.seed)
    exact = source.size is None
    shape = stored_picture(files[0]).shape if exact else (source.size, source.size)

    def stacked(paths, read=stored_picture):
        return np.stack([read(path, shape, exact) for path in paths])[..., None]

    def beside(folder, read=stored_picture):
        return None if folder is None else stacked(_of_same_names(folder, files), read)

    def prepared(path, shape, exact):
        return radiograph_picture(path, shape, source.crop)

    real = references(shape) if references else None
    return Samples(
        pictures=stacked(files, prepared if source.raw else stored_picture),
        references=real,
        against=None if real is None else content_name(real),
        drr=beside(source.drr),
        coverage=beside(source.coverage, stored_mask),
        truth=beside(source.truth),
    )


def reference_folder(folder, shape, crop=1.0, num=None, seed=0, stored=False):
    """Different real radiographs of a path, folder or pattern, (n, *shape, 1).

    Args:
        shape: (rows, columns).
        crop: share of the middle that is shown.
        num: most that are taken, drawn by the seed; None all.
        stored: they have been prepared and cropped already: take them as they are stored.

    Raises:
        DataError: none, or unreadable ones.
    """
    files = find_xrays([folder])
    if num is not None:
        files = np.random.default_rng(seed).permutation(files).tolist()
    found = {}
    for file in files:
        if len(found) == num:
            break
        if stored:
            picture = stored_picture(file, shape, exact=False)
        else:
            picture = radiograph_picture(file, shape, crop)
        found.setdefault(picture.tobytes(), picture)
    return np.stack(list(found.values()))[..., None]


def check_equal_numbers(source, samples):
    """Refuses to compare sets of different numbers of pictures, on which distances depend.

    Raises:
        ValueError: the numbers differ.
    """
    counts = len(samples.pictures), len(samples.references)
    if counts[0] != counts[1]:
        raise ValueError(
            f"{source}: expected as many pictures as different reference radiographs, since the "
            f"distance of two sets depends on their numbers, found {counts[0]} and {counts[1]}. "
            f"--cases {min(counts)} draws as many of either."
        )


def content_name(pictures):
    """Eight digits that name the values of pictures."""
    return hashlib.sha256(np.ascontiguousarray(pictures, "<f4").tobytes()).hexdigest()[:8]


def _drawn(source, files, num, seed):
    """`num` of the files, by a seed, in their order; all for None."""
    if num is None:
        return files
    if num > len(files):
        mend = f"Give more, or --cases {len(files)}."
        raise DataError(source, f"at least {num} pictures", str(len(files)), mend)
    chosen = np.random.default_rng(seed).choice(len(files), num, replace=False)
    return [files[index] for index in sorted(chosen)]


def _of_same_names(folder, files):
    """The files in a folder that are called as these are, whatever their ending."""
    stems = [PurePath(file).stem for file in files]
    wanted = [file for file in find_xrays([folder]) if PurePath(file).stem in stems]
    by_stem = {PurePath(file).stem: file for file in wanted}
    for names in (stems, [PurePath(file).stem for file in wanted]):
        _check_different(folder, names)
    missing = [stem for stem in stems if stem not in by_stem]
    if missing:
        found = f"none for {len(missing)} of {len(stems)}, the first {missing[0]!r}"
        mend = "Name each as the picture that it belongs to."
        raise DataError(folder, "a file for each picture", found, mend)
    return [by_stem[stem] for stem in stems]


def _check_different(folder, names):
    if len(set(names)) < len(names):
        name, count = Counter(names).most_common(1)[0]
        mend = "Give files names of their own."
        raise DataError(folder, "pictures of different names", f"{count} called {name!r}", mend)
