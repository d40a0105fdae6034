"""Builds a data set: every case to records, records to shards, and the description last.

    <out>/{train,val}/{ct,drr,xray,truth}-00000-of-0000N.tfrecord
    <out>/dataset_info.json

The records of `ct`, `drr` and `truth` follow the same order, so that the n-th of each is one CT.
"""

import contextlib
from pathlib import Path

from ct2xkeras.data.cases import ct_records, xray_records
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.info import has_info, read_info, remove_info, write_info
from ct2xkeras.data.records import SPEC_VERSION, encode
from ct2xkeras.data.shards import ShardWriter, remove_shards
from ct2xkeras.data.sources import Plan, file_sizes, plan_dataset
from ct2xkeras.data.spec import SPLITS, DatasetSpec, build_prior


def build_dataset(spec: DatasetSpec, out, progress=None, overwrite: bool = False) -> dict:
    """Builds a data set, or returns the finished one that these settings made.

    Args:
        spec: the settings.
        out: folder of the data set. What an interrupted build left there is done again.
        progress: called as `progress(done, total, name)` after each case.
        overwrite: replace a finished data set that other settings made.

    Returns:
        The content of `dataset_info.json`.

    Raises:
        DataError: input that cannot be used, unless `spec.skip_bad`; `out` holds another data set.
            Nothing half-written is left behind.
    """
    out = Path(out)
    if has_info(out):
        info = read_info(out)
        differences = _differences(info, spec)
        if not differences:
            return info
        if not overwrite:
            mend = "Give another folder, or overwrite it (--overwrite)."
            raise DataError(out, "a data set made with these settings", differences, mend)
    build_prior(spec)  # a wrong field should stop the build before it starts
    plan = plan_dataset(spec)
    with _clean_on_failure(out):
        return _build(spec, plan, out, progress)


def _differences(info, spec) -> str:
    """What sets a finished data set apart from the one asked for; empty where nothing does."""
    there, asked = info["settings"], spec.settings()
    names = [name for name in asked if there.get(name) != asked[name]]
    if names:
        return "; ".join(f"{n} {there.get(n)} instead of {asked[n]}" for n in names)
    try:
        files = file_sizes(plan_dataset(spec))
    except DataError:  # the sources are gone, the data set was brought along
        return ""
    changed = sorted(set(map(tuple, info["files"])) ^ set(map(tuple, files)))
    return f"{len(changed)} other source files, the first {changed[0][0]}" if changed else ""


@contextlib.contextmanager
def _clean_on_failure(out):
    """A failed build leaves nothing; a killed one leaves no description, and is done again."""
    _clean(out)
    existed = out.is_dir()
    try:
        yield
    except BaseException:
        _clean(out)
        if not existed and out.is_dir() and not any(out.iterdir()):
            out.rmdir()
        raise


def _clean(out) -> None:
    remove_info(out)
    for split in SPLITS:
        remove_shards(out / split)


def _build(spec, plan: Plan, out, progress) -> dict:
    task = _Task(spec, plan.total, progress)
    splits = {}
    for split in SPLITS:
        writers = _writers(spec, out / split)
        with contextlib.ExitStack() as stack:
            for writer in writers.values():
                stack.callback(writer.close)
            for source in plan.cts[split]:
                task.run(writers, source, split, ct_records, with_truth=split == "val")
            for source in plan.xrays[split]:
                task.run(writers, source, split, xray_records)
        shards = {kind: writer.finish() for kind, writer in writers.items()}
        splits[split] = {kind: entries for kind, entries in shards.items() if entries}
    task.check()
    info = _description(spec, plan, splits, task)
    write_info(out, info)
    return info


def _writers(spec, directory) -> dict[str, ShardWriter]:
    sizes = dict.fromkeys(("ct", "drr", "truth"), spec.cts_per_shard)
    sizes["xray"] = spec.xrays_per_shard
    return {k: ShardWriter(directory, k, n, spec.compression) for k, n in sizes.items()}


class _Task:
    """Counts, reports and remembers while cases go by."""

    def __init__(self, spec, total, progress):
        self.spec, self.total, self.progress = spec, total, progress
        self.done = 0
        self.skipped: list[dict] = []
        self.patients = {split: set() for split in SPLITS}
        self.kinds = set()

    def run(self, writers, source, split, make_records, **options) -> None:
        try:
            records = make_records(source, self.spec, **options)
        except DataError as error:
            if not self.spec.skip_bad:
                raise
            self.skipped.append({"name": source.name, "reason": str(error)})
            records = {}
        for kind, record in records.items():
            writers[kind].write(encode(kind, record))
            self.patients[split].add(source.patient)
            self.kinds.add((split, kind))
        self.done += 1
        if self.progress:
            self.progress(self.done, self.total, source.name)

    def check(self) -> None:
        for kind in ("ct", "xray"):
            if ("train", kind) not in self.kinds:
                reason = self.skipped[0]["reason"] if self.skipped else "none was given"
                mend = f"The first one skipped: {reason}"
                raise DataError("train", f"at least one usable {kind}", "none", mend)


def _description(spec, plan, splits, task) -> dict:
    from ct2xkeras.geometry import POSE_FIELDS
    from ct2xkeras.projection.display import SCALE

    return {
        "spec_version": SPEC_VERSION,
        "digest": spec.digest(),
        "settings": spec.settings(),
        "files": file_sizes(plan),
        "kinds": sorted({kind for _, kind in task.kinds}),
        "splits": splits,
        "patients": {split: sorted(names) for split, names in task.patients.items()},
        "skipped": task.skipped,
        "image_tone": f"2 * (1 - exp(-line_integral / {SCALE:g})) - 1, bones bright",
        "pose_fields": list(POSE_FIELDS),
    }
