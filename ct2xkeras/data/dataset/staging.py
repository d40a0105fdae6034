"""Where a data set grows: `<out>/.partial`, shard group by shard group, until all are there.

    .partial/<split>/<kind>-00000-of-0000N.tfrecord     shards of finished groups
    .partial/<group>.json                               that a group is finished, and what it holds

What an ended build leaves there is used by the next one. The data set in `<out>` stays as it is
until the new one is whole.
"""

import contextlib
import json
from pathlib import Path

from ct2xkeras.data import locations
from ct2xkeras.data.dataset.groups import ShardGroup
from ct2xkeras.data.dataset.info import (
    has_info,
    remove_info,
    replaced_shards,
    shard_names,
    write_info,
)
from ct2xkeras.data.dataset.shards import ShardWriter, file_hash

FOLDER = ".partial"


class Staging:
    """The growing data set of a folder.

    Args:
        out: folder of the finished data set, path or address.
    """

    def __init__(self, out):
        self.out = str(out)
        self.folder = locations.join(out, FOLDER)

    def finished(self, group: ShardGroup, digest: str) -> dict | None:
        """What an earlier build recorded of a group, if it made the same and all of it is there."""
        path = self._entry_path(group)
        if not locations.is_file(path):
            return None
        try:
            entry = json.loads(locations.read_bytes(path))
        except ValueError:
            return None
        whole = entry["digest"] == digest and all(map(self._is_whole, entry["shards"].values()))
        return entry if whole else None

    def _is_whole(self, shard) -> bool:
        """Also of shards that an ended `publish` has moved already."""
        places = (locations.join(folder, shard["name"]) for folder in (self.folder, self.out))
        return any(locations.is_file(p) and file_hash(p) == shard["sha256"] for p in places)

    def write(self, group: ShardGroup, digest: str, made_cases, compression: str) -> dict:
        """Writes a group's shards and records that they are whole.

        Args:
            made_cases: `MadeCase` of each of the group's cases, in order.

        Returns:
            digest; shards, {kind: name, count, sha256}; patients; skipped, [name, reason].
        """
        patients, skipped = set(), []
        with contextlib.ExitStack() as stack:
            writers = {}
            for made in made_cases:
                if made.problem:
                    skipped.append({"name": made.case.source.name, "reason": made.problem})
                    continue
                patients.add(made.case.source.patient)
                for kind, example in made.examples.items():
                    if kind not in writers:
                        path = locations.join(self.folder, group.shard_name(kind))
                        writers[kind] = stack.enter_context(ShardWriter(path, compression))
                    writers[kind].write(example)
            shards = {
                kind: {"name": group.shard_name(kind)} | writer.finish()
                for kind, writer in writers.items()
            }
        entry = {"digest": digest, "shards": shards}
        entry |= {"patients": sorted(patients), "skipped": skipped}
        locations.make_folder(self.folder)
        locations.write_bytes(self._entry_path(group), json.dumps(entry).encode())
        return entry

    def _entry_path(self, group) -> str:
        return locations.join(self.folder, f"{group.name}.json")

    def _has_entries(self) -> bool:
        """Whether a group is finished; not by a pattern, since `out` itself may hold `[` or `*`."""
        return any(file.endswith(".json") for file in locations.files_below(self.folder))

    def publish(self, info: dict) -> None:
        """Puts the finished data set in the place of what was in `out`."""
        if has_info(self.out):
            old = replaced_shards(self.out)
            remove_info(self.out)
            for name in old:
                locations.delete(locations.join(self.out, name))
        for name in shard_names(info):
            path, target = (locations.join(folder, name) for folder in (self.folder, self.out))
            locations.make_folder(locations.join(self.out, name.split("/")[0]))
            if locations.is_file(path):
                locations.move(path, target)
        write_info(self.out, info)
        locations.delete_folder(self.folder)

    @contextlib.contextmanager
    def tidy(self):
        """When the block fails with no group finished, nothing is left behind."""
        try:
            yield
        except BaseException:
            if not self._has_entries():
                locations.delete_folder(self.folder)
                if not locations.is_remote(self.out):
                    with contextlib.suppress(OSError):  # it holds something else, or is not there
                        Path(self.out).rmdir()
            raise
