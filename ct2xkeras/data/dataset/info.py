"""`dataset_info.json`: what a finished data set holds. It is written last; without it the folder
is no data set."""

import json
import re
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field, NonNegativeInt, TypeAdapter, ValidationError

from ct2xkeras.data import locations
from ct2xkeras.data.dataset.records import RECORDS, SPEC_VERSION
from ct2xkeras.data.errors import DataError

INFO_NAME = "dataset_info.json"
_SHARD_NAME = r"^(train|val)/[a-z]+-\d{5}-of-\d{5}\.tfrecord$"  # never out of the folder


_Split = Literal["train", "val"]


class _Shard(BaseModel):
    name: Annotated[str, Field(pattern=_SHARD_NAME)]
    count: NonNegativeInt
    sha256: str


class _Settings(BaseModel):
    compression: Literal["", "GZIP"]
    image_size: tuple[int, int]
    crop: tuple[float, float]


class _Info(BaseModel):
    """What readers rely on; the rest is for people."""

    spec_version: int
    settings: _Settings
    files: list[tuple[str, NonNegativeInt]]
    splits: dict[_Split, dict[Literal[tuple(RECORDS)], list[_Shard]]]
    patients: dict[_Split, list[str]]


def has_info(directory) -> bool:
    return locations.is_file(locations.join(directory, INFO_NAME))


def read_info(directory) -> dict:
    """The description of a finished data set.

    Raises:
        DataError: there is none, or it belongs to another version of the records.
    """
    path = locations.join(directory, INFO_NAME)
    build = "ct2xkeras prepare RECIPE --out DIR"
    if not has_info(directory):
        expected = f"a finished data set with {INFO_NAME}"
        raise DataError(directory, expected, "none", f"Build it: {build}.")
    mend = f"Build it again: {build} --overwrite."
    try:
        info = json.loads(locations.read_bytes(path))
        TypeAdapter(_Info).validate_python(info)
    except (ValueError, RecursionError) as error:
        raise DataError(path, "a data set's description", _first_line(error), mend) from error
    version = info["spec_version"]
    if version != SPEC_VERSION:
        raise DataError(path, f"records of version {SPEC_VERSION}", f"version {version}", mend)
    return info


def _first_line(error) -> str:
    """What is wrong, as far as it fits into a sentence."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
    return f"none ({error})"


def write_info(directory, info: dict) -> None:
    """Writes the description in one step: it is there whole, or not at all."""
    content = json.dumps(info, indent=2) + "\n"
    locations.write_bytes(locations.join(directory, INFO_NAME), content.encode())


def remove_info(directory) -> None:
    for name in (INFO_NAME, f"{INFO_NAME}.partial"):
        locations.delete(locations.join(directory, name))


def shard_names(info: dict) -> list[str]:
    """Names of all shards, within the data set's folder."""
    kinds = (shards for kinds in info["splits"].values() for shards in kinds.values())
    return [shard["name"] for shards in kinds for shard in shards]


def replaced_shards(directory) -> list[str]:
    """Names of the shards of a data set that another one replaces.

    Where its description is damaged or of another version: the files that are named as shards are.
    """
    try:
        return shard_names(read_info(directory))
    except DataError:
        names = [
            f"{split}/{locations.file_name(file)}"
            for split in get_args(_Split)
            for file in locations.files_below(locations.join(directory, split))
        ]
        return [name for name in names if re.fullmatch(_SHARD_NAME, name)]


def shards_of(info: dict, split: str, kind: str) -> list[dict]:
    """name, count and sha256 of each shard; an empty list where the kind is absent."""
    return info["splits"].get(split, {}).get(kind, [])


def count_of(info: dict, split: str, kind: str) -> int:
    """How many records of a kind a split holds."""
    return sum(shard["count"] for shard in shards_of(info, split, kind))
