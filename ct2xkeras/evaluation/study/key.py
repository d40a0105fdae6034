"""The key of a study: which item is whose. It stays with the researcher."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ct2xkeras.data.errors import DataError
from ct2xkeras.evaluation.study.design import Item

FORMAT = "ct2xkeras-study-key/1"
KEY_NAME = "key.json"
ID_LENGTH = 16  # hexadecimal digits


@dataclass(frozen=True)
class StudyKey:
    """Everything about a study but its pixels.

    Args:
        title: heading of the page.
        seed: of every draw.
        methods: names, the real radiographs' last.
        pictures: SHA-256 of all pictures shown.
        items: by id.
        blocks: ids in the order of blocks, see `make_blocks`.
    """

    title: str
    seed: int
    methods: list[str]
    pictures: str
    items: dict[str, Item]
    blocks: list[list[str]]

    @property
    def study(self) -> str:
        """The study's id: a digest of all of the key."""
        content = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:ID_LENGTH]

    def to_json(self) -> str:
        """Text of the key's file."""
        return json.dumps({"format": FORMAT, "study": self.study, **asdict(self)}, indent=2) + "\n"


def read_key(path) -> StudyKey:
    """The key in a file, or in the folder that `study build` wrote.

    Raises:
        DataError: no such file, no key, or one that was changed since it was written.
    """
    path = Path(path)
    path = path / KEY_NAME if path.is_dir() else path
    expected, mend = f"a study's {KEY_NAME}", "Give the folder that `study build` wrote."
    if not path.is_file():
        raise DataError(path, expected, "no such file", mend)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = content.pop("format"), content.pop("study")
        items = {name: Item(**item) for name, item in content.pop("items").items()}
        key = StudyKey(items=items, **content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(path, expected, "another file", mend) from error
    if found != (FORMAT, key.study):
        expected = f"format {FORMAT} and study {key.study}, the digest of its content"
        mend = "It was changed after the study was built: give the original."
        raise DataError(path, expected, f"{found[0]} and {found[1]}", mend)
    return key
