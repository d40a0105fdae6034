"""Numbers of a bench over seeds: mean and spread of each metric for each method."""

import statistics
from dataclasses import dataclass, field

from ct2xkeras.bench.results import Outcome
from ct2xkeras.bench.variants import variants_of
from ct2xkeras.evaluation.report.history import is_number
from ct2xkeras.evaluation.report.tables import BASELINES

FLOOR_TOLERANCE = 1e-3  # share of a floor's value by which runs may differ, of rounding


@dataclass(frozen=True)
class OverSeeds:
    """A metric of several runs.

    Args:
        mean: of their values.
        std: standard deviation (n - 1) of the values, None of a single one.
        num: runs.
    """

    mean: float
    std: float | None
    num: int


@dataclass(frozen=True)
class Row:
    """A method, or one of the floors, in the tables.

    Args:
        name: of the row.
        method, variant: of a method's row; empty for a floor.
        seeds: of the runs that were measured; planned: how many there should be.
        images, minutes: `OverSeeds` of training, or None.
        cells: {metric spec: OverSeeds}.
        failures: why runs failed, a line each.
    """

    name: str
    method: str = ""
    variant: str = ""
    seeds: tuple[int, ...] = ()
    planned: int = 0
    images: OverSeeds | None = None
    minutes: OverSeeds | None = None
    cells: dict[str, OverSeeds] = field(default_factory=dict)
    failures: tuple[str, ...] = ()

    @property
    def is_floor(self):
        return not self.method


def over_seeds(values):
    """`OverSeeds` of the finite numbers among values; None where there is none."""
    values = [value for value in values if is_number(value)]
    if not values:
        return None
    std = statistics.stdev(values) if len(values) > 1 else None
    return OverSeeds(statistics.fmean(values), std, len(values))


def summarize(loaded, outcomes):
    """Rows of all methods and variants, then of the floors.

    Args:
        loaded: a `LoadedBench`.
        outcomes: {(method, seed): `Outcome`}.
    """
    rows = [
        _method_row(name, variant, loaded.bench.seeds, outcomes)
        for name, recipe in loaded.recipes.items()
        for variant in variants_of(recipe, loaded.bench.evaluation)
    ]
    return [*rows, *_floor_rows(outcomes)]


def _method_row(method, variant, seeds, outcomes):
    runs = {seed: outcomes.get((method, seed), Outcome()) for seed in seeds}
    measured = {seed: run for seed, run in runs.items() if variant in run.evaluations}
    specs = dict.fromkeys(spec for run in measured.values() for spec in run.evaluations[variant])
    values = {
        spec: over_seeds([run.evaluations[variant].get(spec) for run in measured.values()])
        for spec in specs
        if not _floor_of(spec)
    }
    return Row(
        name=f"{method}, {variant}" if variant else method,
        method=method,
        variant=variant,
        seeds=tuple(measured),
        planned=len(seeds),
        images=over_seeds([run.images for run in measured.values()]),
        minutes=over_seeds([run.minutes for run in measured.values()]),
        cells={spec: value for spec, value in values.items() if value},
        failures=tuple(
            f"seed {seed}, {stage or 'evaluation'}: {reason}"
            for seed, run in runs.items()
            for stage, reason in run.failures.items()
        ),
    )


def _floor_rows(outcomes):
    """What raw DRRs and other real radiographs score: equal for all runs, so of the first one."""
    found = {}
    for spec, values in _floor_values(outcomes).items():
        ending = _floor_of(spec)
        # Without a spread: it would be that of rounding.
        found.setdefault(ending, {})[spec.replace(ending, "", 1)] = OverSeeds(values[0], None, 1)
    return [Row(BASELINES[ending], cells=found[ending]) for ending in BASELINES if ending in found]


def floor_warnings(outcomes):
    """Lines about floors that differ between runs, which were then not measured on the same."""
    return [
        f"{spec} differs between runs ({min(values):.4g} to {max(values):.4g}): they were not "
        "measured on the same pictures."
        for spec, values in _floor_values(outcomes).items()
        if max(values) - min(values) > FLOOR_TOLERANCE * max(map(abs, values))
    ]


def _floor_values(outcomes):
    """{spec of a floor: values of all runs and variants}."""
    found = {}
    for outcome in outcomes.values():
        for values in outcome.evaluations.values():
            for spec, value in values.items():
                if _floor_of(spec) and is_number(value):
                    found.setdefault(spec, []).append(value)
    return found


def _floor_of(spec):
    name = spec.partition("[")[0]
    return next((ending for ending in BASELINES if name.endswith(ending)), None)
