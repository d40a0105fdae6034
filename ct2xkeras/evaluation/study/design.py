"""What is shown beside what, under which name, and in which order: pure functions of a seed."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True)
class Item:
    """One showing of one picture.

    Args:
        method: whose picture it is.
        picture: its file.
        reference: file of the real radiograph beside it.
        repeats: id of the item that shows the same for the first time; empty for a first showing.
    """

    method: str
    picture: str
    reference: str
    repeats: str = ""


def draw_files(methods, num, rng) -> dict[str, list[str]]:
    """`num` files of each method.

    Where `num` or more file names occur in every method, files of the same names are drawn of all,
    so that methods are compared on the same cases.

    Args:
        methods: {method: files}, each at least `num`.
    """
    by_name = {
        method: {PurePath(file).name: file for file in files} for method, files in methods.items()
    }
    shared = sorted(set.intersection(*map(set, by_name.values())))
    if len(shared) >= num:
        names = rng.choice(shared, num, replace=False)
        return {method: [files[name] for name in names] for method, files in by_name.items()}
    return {
        method: rng.choice(files, num, replace=False).tolist() for method, files in methods.items()
    }


def make_items(drawn, references, num_repeats, rng) -> dict[str, Item]:
    """Items by random ids: each drawn picture once, `num_repeats` of each method once more.

    The k-th picture of every method stands beside the same reference.
    """
    first = [
        Item(method, file, references[index % len(references)])
        for method, files in drawn.items()
        for index, file in enumerate(files)
    ]
    repeated = [
        index
        for method in drawn
        for index in rng.choice(
            [i for i, item in enumerate(first) if item.method == method], num_repeats, replace=False
        )
    ]
    ids = _random_ids(len(first) + len(repeated), rng)
    items = dict(zip(ids, first, strict=False))
    for repeat, index in zip(ids[len(first) :], repeated, strict=True):
        item = first[index]
        items[repeat] = Item(item.method, item.picture, item.reference, repeats=ids[index])
    return items


def _random_ids(num, rng) -> list[str]:
    return [f"{number:08x}" for number in rng.choice(2**32, num, replace=False)]


def make_blocks(items, rng) -> list[list[str]]:
    """Ids in two halves: no repeat comes before the middle, what it repeats not after it."""
    repeats = [name for name, item in items.items() if item.repeats]
    originals = [items[name].repeats for name in repeats]
    rest = [name for name in items if name not in {*repeats, *originals}]
    rest = rng.permutation(rest).tolist()
    half = len(rest) // 2
    return [sorted(originals + rest[:half]), sorted(repeats + rest[half:])]


def rater_order(study, blocks, rater) -> list[str]:
    """The order in which a rater is shown the items: random, another for each rater.

    Within each block, ids are sorted by the SHA-256 of `study:rater:id`; the page does the same.
    """

    def rank(name):
        return hashlib.sha256(f"{study}:{rater}:{name}".encode()).hexdigest()

    return [name for block in blocks for name in sorted(block, key=rank)]
