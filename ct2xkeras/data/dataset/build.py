"""Builds a data set: cases to records, records to shards, and the description last.

<out>/{train,val}/{ct,drr,poses,labels,truth,xray}-00000-of-0000N.tfrecord
<out>/dataset_info.json
"""

from functools import partial
from itertools import islice

from ct2xkeras.data.dataset.cases import make_case
from ct2xkeras.data.dataset.groups import ShardGroup, plan_groups
from ct2xkeras.data.dataset.info import has_info, read_info
from ct2xkeras.data.dataset.parallel import default_workers, ordered_map
from ct2xkeras.data.dataset.records import SPEC_VERSION
from ct2xkeras.data.dataset.sources import Plan, file_sizes, plan_dataset
from ct2xkeras.data.dataset.spec import SPLITS, DatasetSpec, build_prior
from ct2xkeras.data.dataset.staging import Staging
from ct2xkeras.data.errors import DataError


def build_dataset(
    spec: DatasetSpec,
    out,
    progress=None,
    overwrite: bool = False,
    workers: int | None = 1,
    recipe: dict | None = None,
) -> dict:
    """Builds a data set, or returns the finished one that these settings made.

    Shards that an ended build finished are kept: the next one goes on from there. What `out` holds
    is replaced only once the new data set is whole. The result does not depend on `workers`, nor
    on how often a build was ended.

    Args:
        spec: the settings.
        out: folder of the data set, path or address.
        progress: called as `progress(done, total, name)` after each case.
        overwrite: replace a data set that other settings or another version made, or whose
            description is damaged.
        workers: processes; memory is a few CTs for each. None takes one a core where there are
            enough cases; a script that asks for several needs `if __name__ == "__main__"`.
        recipe: what the settings come from, kept in the description.

    Returns:
        The content of `dataset_info.json`.

    Raises:
        DataError: input that cannot be used, unless `spec.skip_bad`; `out` holds another data set.
    """

    def write_missing(build):
        build.write_missing(progress, workers)

    return build_dataset_by(write_missing, spec, out, overwrite, recipe)


def build_dataset_by(
    write_missing, spec: DatasetSpec, out, overwrite: bool = False, recipe: dict | None = None
) -> dict:
    """As `build_dataset`, by another engine.

    Args:
        write_missing: called with the `PlannedBuild`; makes the cases of its missing groups and
            writes them, here or elsewhere.
    """
    if has_info(out) and (info := _finished(out, spec, overwrite)):
        return info
    build = PlannedBuild(spec, out)
    with build.staging.tidy():
        write_missing(build)
        return build.publish(recipe)


class PlannedBuild:
    """A build whose cases are known and whose finished shards have been looked up.

    Args:
        spec, out: as of `build_dataset`.
    """

    def __init__(self, spec: DatasetSpec, out):
        build_prior(spec.pose_prior)  # a wrong field should stop the build before it starts
        self.spec, self.staging = spec, Staging(out)
        self.plan = plan_dataset(spec)
        self.groups = plan_groups(self.plan, spec)
        self.digests = {group.name: group.digest(spec) for group in self.groups}
        self.entries = {}
        self.look_up()

    def look_up(self) -> None:
        """Finds out which groups are finished by now, whoever wrote them."""
        for group in self.missing:
            entry = self.staging.finished(group, self.digests[group.name])
            if entry:
                self.entries[group.name] = entry

    @property
    def missing(self) -> list[ShardGroup]:
        """Groups that are still to be written, in order."""
        return [group for group in self.groups if group.name not in self.entries]

    def write(self, group: ShardGroup, made_cases) -> None:
        """Writes a group from the `MadeCase`s of its cases, in order."""
        digest = self.digests[group.name]
        entry = self.staging.write(group, digest, made_cases, self.spec.compression)
        self.entries[group.name] = entry

    def write_missing(self, progress=None, workers: int | None = 1) -> None:
        """Makes the cases of all missing groups, in `workers` processes, and writes them."""
        missing = self.missing
        cases = [case for group in missing for case in group.cases]
        workers = workers or default_workers(len(cases))
        made = ordered_map(partial(make_case, spec=self.spec), cases, workers)
        made = _watched(made, self.plan.total - len(cases), self.plan.total, progress)
        for group in missing:
            self.write(group, islice(made, len(group.cases)))

    def publish(self, recipe: dict | None = None) -> dict:
        """Puts the whole data set in its place and returns its description.

        Raises:
            DataError: no usable CT or no usable radiograph is left to train on.
        """
        info = describe_dataset(self.spec, self.plan, self.groups, self.entries, recipe)
        for kind in ("ct", "xray"):
            if kind not in info["splits"]["train"]:
                reason = info["skipped"][0]["reason"] if info["skipped"] else "none was given"
                mend = f"The first one skipped: {reason}"
                raise DataError("train", f"at least one usable {kind}", "none", mend)
        self.staging.publish(info)
        return info


def _watched(made_cases, done, total, progress):
    """The same cases, with a call of `progress` as each goes by."""
    for made in made_cases:
        done += 1
        if progress:
            progress(done, total, made.case.source.name)
        yield made


def describe_dataset(spec, plan: Plan, groups, entries, recipe) -> dict:
    """The content of `dataset_info.json` from what was recorded of each group."""
    from ct2xkeras.geometry import POSE_FIELDS
    from ct2xkeras.projection.display import SCALE

    splits = {split: {} for split in SPLITS}
    patients = {split: set() for split in SPLITS}
    for group in groups:
        entry = entries[group.name]
        patients[group.split].update(entry["patients"])
        for kind, shard in entry["shards"].items():
            splits[group.split].setdefault(kind, []).append(shard)
    return {
        "spec_version": SPEC_VERSION,
        "digest": spec.digest(),
        "settings": spec.settings(),
        "recipe": recipe,
        "files": file_sizes(plan),
        "kinds": sorted({kind for kinds in splits.values() for kind in kinds}),
        "splits": splits,
        "patients": {split: sorted(names) for split, names in patients.items()},
        "skipped": [case for group in groups for case in entries[group.name]["skipped"]],
        "image_tone": f"2 * (1 - exp(-line_integral / {SCALE:g})) - 1, bones bright",
        "pose_fields": list(POSE_FIELDS),
    }


def _finished(out, spec, overwrite) -> dict | None:
    """The data set in `out` if these settings made it; None where it is to be replaced."""
    try:
        info = read_info(out)
    except DataError:  # damaged, or of another version
        if overwrite:
            return None
        raise
    differences = _differences(info, spec)
    if differences and not overwrite:
        mend = "Give another folder, or overwrite it (--overwrite)."
        raise DataError(out, "a data set made with these settings", differences, mend)
    return None if differences else info


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
