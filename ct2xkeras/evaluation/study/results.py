"""The files that raters send back: read and checked against the study's key."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from ct2xkeras.data.errors import DataError
from ct2xkeras.evaluation.study.design import rater_order

FORMAT = "ct2xkeras-study-result/1"
RATER_PATTERN = r"[A-Za-z0-9_\-]{1,32}"
SCORES = (1, 2, 3, 4, 5)
ASK_AGAIN = "Ask the rater for the file as the page saved it."


@dataclass(frozen=True)
class Rating:
    """A score of one item, and how long it was on the screen, in ms."""

    item: str
    score: int
    ms: int


@dataclass(frozen=True)
class Result:
    """What one rater gave: ratings in the order in which the items were shown."""

    path: str
    study: str
    rater: str
    ratings: tuple[Rating, ...]


def checksum(study, rater, ratings) -> str:
    """SHA-256 over a result's content; the page writes the same.

    It guards against mistakes and casual edits. Whoever knows this function can forge it.
    """
    lines = [FORMAT, study, rater, *(f"{r.item},{r.score},{r.ms}" for r in ratings)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_results(paths, key, allow_incomplete=False) -> list[Result]:
    """Results of one study, one a rater.

    Args:
        key: `StudyKey`.
        allow_incomplete: take files in which ratings at the end are missing.

    Raises:
        DataError: a file that is no result, of another study, changed, incomplete, or of a rater
            that another file is of.
    """
    results = [_read(path) for path in paths]
    for result in results:
        _check_study(result, key)
        _check_items(result, key, allow_incomplete)
    _check_raters(results)
    return results


def _read(path) -> Result:
    expected = "a result that the study's page saved as JSON"
    path = Path(path)
    if not path.is_file():
        raise DataError(path, expected, "no such file", "Check the path.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        ratings = tuple(Rating(**rating) for rating in content["ratings"])
        result = Result(str(path), content["study"], content["rater"], ratings)
        kind, digest = content["format"], content["checksum"]
        _check_types(result)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(path, expected, "another file or a damaged one", ASK_AGAIN) from error
    if kind != FORMAT:
        raise DataError(path, f"format {FORMAT}", str(kind), "Build and score with one version.")
    actual = checksum(result.study, result.rater, ratings)
    if digest != actual:
        found = f"content with checksum {actual[:12]}: it was changed after it was saved"
        raise DataError(path, f"content with checksum {str(digest)[:12]}", found, ASK_AGAIN)
    return result


def _check_types(result) -> None:
    if not isinstance(result.study, str) or not re.fullmatch(RATER_PATTERN, result.rater):
        raise TypeError
    for rating in result.ratings:
        whole = all(type(value) is int for value in (rating.score, rating.ms))
        if not whole or rating.score not in SCORES or rating.ms < 0:
            raise ValueError


def _check_study(result, key) -> None:
    if result.study != key.study:
        mend = "Leave it out, or give the key of its study."
        raise DataError(result.path, f"study {key.study}", f"study {result.study}", mend)


def _check_items(result, key, allow_incomplete) -> None:
    shown = [rating.item for rating in result.ratings]
    order = rater_order(key.study, key.blocks, result.rater)
    if shown != order[: len(shown)]:
        expected = "ratings in the order in which the page showed the items"
        raise DataError(result.path, expected, "others or in another order", ASK_AGAIN)
    if len(shown) < len(order) and not (allow_incomplete and shown):
        mend = "Ask the rater to finish, or take it as it is with --allow-incomplete."
        raise DataError(result.path, f"{len(order)} ratings", str(len(shown)), mend)


def _check_raters(results) -> None:
    first = {}
    for result in results:
        other = first.setdefault(result.rater, result)
        if other is not result:
            expected = "one result a rater"
            found = f"a second one of {result.rater}, besides {other.path}"
            raise DataError(result.path, expected, found, "Leave one of them out.")
