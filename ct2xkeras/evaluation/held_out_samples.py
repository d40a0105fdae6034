"""Samples made by networks from the held-out part of a data set."""

from dataclasses import replace

import numpy as np

from ct2xkeras.data import DataError, evaluation_cases, evaluation_radiographs, read_info
from ct2xkeras.data.batches.held_out import split_with
from ct2xkeras.data.dataset.info import count_of, has_info
from ct2xkeras.evaluation.picture_folders import content_name, reference_folder
from ct2xkeras.evaluation.samples import distinct, synthesized_samples


def held_out_samples(
    networks, sizes, data, num, seed, against=None, crop=None, stored=False, foreign=False
):
    """`Samples` of held-out CTs in the looks of held-out radiographs.

    Args:
        networks: a `ViewSynthesizer` or the like.
        sizes: (z, y, x) of its volumes and (rows, columns) of its pictures.
        data: folder of the data set.
        num: views.
        seed: of their draw.
        against: folder of radiographs, or a data set whose held-out ones are meant, to compare
            with; by default the style references themselves.
        crop: share of the radiographs' middle that is shown; by default that of the data set, any
            other is stated in specs.
        stored: take a folder's radiographs as they are stored, see `reference_folder`.
        foreign: the data set is not that of the networks' run, so specs name it.

    Raises:
        DataError: no such data set, one for networks of another size, or no radiographs.
    """
    info = read_info(data)
    _check_sizes(data, info, sizes)
    samples = synthesized_samples(networks, evaluation_cases(data, num, seed, crop))
    stated = {"data": info["digest"][:8]} if foreign else {}
    if crop is not None and not np.isclose(crop, default_crop(info)):
        stated["crop"] = f"{crop:g}"
    samples = replace(samples, stated={**samples.stated, **stated})
    if against is None:
        others = _training_radiographs(data, info, len(samples.references), seed, crop)
        return replace(samples, others=others)
    if not has_info(against):  # folders are cropped as the data set is
        crop = crop or default_crop(info)
    references = reference_set(against, sizes[1], crop, num, seed, stored)
    return replace(samples, references=references, against=content_name(references))


def default_crop(info):
    """Share of a radiograph's middle that is shown where none is asked for: the range's mean."""
    return float(np.mean(info["settings"]["crop"]))


def reference_set(against, shape, crop=None, num=None, seed=0, stored=False):
    """Real radiographs of a folder, or the held-out ones of a data set: (n, *shape, 1).

    Args:
        against: folder, pattern or data set.
        shape: (rows, columns).
        crop: share of the middle that is shown; by default that of the data set, all of a folder.
        num: most that are taken, drawn by the seed; None all.
        stored: take a folder's pictures as they are stored, see `reference_folder`.

    Raises:
        DataError: none that can be read, or a data set of another size.
    """
    if not has_info(against):
        return reference_folder(against, shape, crop or 1.0, num, seed, stored)
    info = read_info(against)
    stored = tuple(info["settings"]["image_size"])
    if stored != tuple(shape):
        found = f"one of {stored[0]} x {stored[1]}"
        expected = f"a data set of {shape[0]} x {shape[1]} pixels as the pictures have"
        raise DataError(against, expected, found, "Give a folder of radiographs, or --size.")
    there = count_of(info, split_with(info, "xray"), "xray")
    return distinct(evaluation_radiographs(against, min(num or there, there), seed, crop))


def _training_radiographs(data, info, num, seed, crop):
    """Radiographs of training, which are none of the held-out ones; None where none is held out."""
    if split_with(info, "xray") == "train":
        return None
    return distinct(evaluation_radiographs(data, num, seed, crop, split="train"))


def _check_sizes(data, info, sizes):
    settings = info["settings"]
    found = tuple(tuple(settings[name]) for name in ("volume_size", "image_size"))
    if found != tuple(map(tuple, sizes)):
        volumes, pictures = ("x".join(map(str, size)) for size in sizes)
        expected = f"a data set of volumes {volumes} and pictures {pictures} for these networks"
        volumes, pictures = ("x".join(map(str, size)) for size in found)
        mend = "Build one with the recipe of the run: ct2xkeras prepare RECIPE --out DIR."
        raise DataError(data, expected, f"{volumes} and {pictures}", mend)
