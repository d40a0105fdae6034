"""Which cases share a file: the plan of a data set, cut into shard groups before anything is read.

The cases of a group go into one shard of each of their kinds, in the same order: the n-th record
of a `ct`, a `drr` and a `labels` shard of one number belong to the same CTs.
"""

from dataclasses import asdict, dataclass

from ct2xkeras.data.dataset.cases import Case
from ct2xkeras.data.dataset.fingerprints import digest_of, fingerprint
from ct2xkeras.data.dataset.records import SPEC_VERSION
from ct2xkeras.data.dataset.sources import Plan
from ct2xkeras.data.dataset.spec import SPLITS, DatasetSpec

# What says which cases there are, rather than how a case is made.
_SELECTION = {"cts", "xrays", "phantom_cts", "phantom_xrays", "val", "val_fraction"}


@dataclass(frozen=True)
class ShardGroup:
    """Cases whose records lie in shards of one number.

    Args:
        split, kind: of all its cases; kind is "ct" or "xray".
        index, count: number of the group, and of all groups of this split and kind.
        cases: in the order of their records.
    """

    split: str
    kind: str
    index: int
    count: int
    cases: tuple[Case, ...]

    def shard_name(self, kind: str) -> str:
        """Of the shard with the group's records of a kind, within the data set's folder."""
        return f"{self.split}/{kind}-{self.index:05d}-of-{self.count:05d}.tfrecord"

    @property
    def name(self) -> str:
        return f"{self.split}-{self.kind}-{self.index:05d}-of-{self.count:05d}"

    def digest(self, spec: DatasetSpec) -> str:
        """Equal digests: the same cases from unchanged files with the same settings."""
        settings = {k: v for k, v in spec.settings().items() if k not in _SELECTION}
        sources = [asdict(case.source) for case in self.cases]
        files = [f for s in sources for f in (s["path"], s["labels"]) if f]
        content = [SPEC_VERSION, self.name, settings, sources, [fingerprint(f) for f in files]]
        return digest_of(content)


def plan_groups(plan: Plan, spec: DatasetSpec) -> list[ShardGroup]:
    """All groups of a plan; the order of building."""
    kinds = (("ct", plan.cts, spec.cts_per_shard), ("xray", plan.xrays, spec.xrays_per_shard))
    return [
        group
        for split in SPLITS
        for kind, sources, size in kinds
        for group in _groups(split, kind, sources[split], size)
    ]


def _groups(split, kind, sources, size) -> list[ShardGroup]:
    cases = [Case(source, kind, split) for source in sources]
    parts = [tuple(cases[start : start + size]) for start in range(0, len(cases), size)]
    return [ShardGroup(split, kind, i, len(parts), part) for i, part in enumerate(parts)]
