"""The build on Apache Beam, for data sets that outgrow a machine: the same cases, shards and bytes.

Cases are made anywhere; the cases of a shard group come together on one worker, which writes its
shards. `out`, and the sources, must be where every worker can reach them.
"""

from dataclasses import replace

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from ct2xkeras.data.dataset.build import PlannedBuild, build_dataset_by
from ct2xkeras.data.dataset.cases import make_case
from ct2xkeras.data.dataset.spec import DatasetSpec
from ct2xkeras.data.dataset.staging import Staging


def build_dataset_on_beam(
    spec: DatasetSpec, out, options=(), overwrite: bool = False, recipe: dict | None = None
) -> dict:
    """As `build_dataset`, on a Beam runner.

    Args:
        options: Beam's own command line, such as `["--runner=FlinkRunner", ...]`; without a
            runner the cases are made in this process.
    """

    def write_missing(build):
        _run(build, spec, out, PipelineOptions(list(options)))
        build.look_up()
        build.write_missing()  # where a case was bad: its error is the plain build's

    return build_dataset_by(write_missing, spec, out, overwrite, recipe)


def _run(build: PlannedBuild, spec, out, options) -> None:
    groups = {group.name: group for group in build.missing}
    numbered = [(name, i, case) for name, g in groups.items() for i, case in enumerate(g.cases)]
    digests = {name: build.digests[name] for name in groups}
    with beam.Pipeline(options=options) as pipeline:
        _ = (
            pipeline
            | "Cases" >> beam.Create(numbered)
            | "Spread" >> beam.Reshuffle()
            | "Make" >> beam.Map(_made, replace(spec, skip_bad=True))
            | "Gather" >> beam.GroupByKey()
            | "Write" >> beam.Map(_written, str(out), spec, groups, digests)
        )


def _made(numbered_case, spec):
    """A case as (group, (number, MadeCase))."""
    name, number, case = numbered_case
    return name, (number, make_case(case, spec))


def _written(gathered, out, spec, groups, digests) -> None:
    """Writes a group, unless one of its cases is bad and none may be skipped."""
    name, made_cases = gathered
    in_order = [made for _, made in sorted(made_cases, key=lambda item: item[0])]
    if spec.skip_bad or not any(made.problem for made in in_order):
        Staging(out).write(groups[name], digests[name], in_order, spec.compression)
