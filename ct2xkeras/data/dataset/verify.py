"""Is a data set whole? Every record is read; what is wrong is named by shard and record."""

from ct2xkeras.data import locations
from ct2xkeras.data.dataset.info import read_info
from ct2xkeras.data.dataset.shards import file_hash, read_shard
from ct2xkeras.data.errors import DataError


def verify_dataset(directory) -> list[str]:
    """One line for each problem; an empty list for a good data set.

    Checks for each shard: it is there, its records pass their checksums and decode, their number
    and the file's hash are the described ones; and that no patient is on both sides of the split.

    Raises:
        DataError: `directory` holds no finished data set.
    """
    info = read_info(directory)
    problems = _shared_patients(info)
    for kinds in info["splits"].values():
        for kind, shards in kinds.items():
            for shard in shards:
                problems += _shard_problems(directory, info, kind, shard)
    return problems


def _shared_patients(info) -> list[str]:
    shared = sorted(set(info["patients"]["train"]) & set(info["patients"]["val"]))
    return [f"patient {name}: in train and in val" for name in shared]


def _shard_problems(directory, info, kind, shard) -> list[str]:
    path = locations.join(directory, shard["name"])
    if not locations.is_file(path):
        return [f"{path}: missing"]
    try:
        records = read_shard(path, kind, info["settings"]["compression"])
        number = sum(1 for _ in records)
    except DataError as error:
        return [str(error)]
    if number != shard["count"]:
        return [f"{path}: expected {shard['count']} records, found {number}"]
    if file_hash(path) != shard["sha256"]:
        return [f"{path}: readable, but not the file that was built (its SHA-256 differs)"]
    return []
