"""Tables of a report: metrics of one run beside baselines, and of several runs."""

from dataclasses import dataclass

from ct2xkeras.evaluation.records import shown_value
from ct2xkeras.evaluation.report.history import Measured
from ct2xkeras.recipe.differences import recipe_differences

BASELINES = {"-of-drr": "raw DRRs", "-of-real": "other real X-rays"}

#: Metric: (what it says, which values are better).
ABOUT = {
    "structure": ("gradients agree with the DRR's", "higher"),
    "mutual-information": ("grey values tell of the DRR's, bits", "higher"),
    "edge-displacement": ("edges lie off the DRR's, pixels", "lower"),
    "view-displacement": ("neighbouring views disagree, pixels; the DRRs' value is the aim", ""),
    "kid": ("distance from real X-rays", "lower"),
    "fid": ("distance from real X-rays", "lower"),
    "fid-infinity": ("distance from real X-rays, extrapolated", "lower"),
    "style-retrieval": ("X^ is nearest to its own reference, share", "higher"),
    "style-distance-own": ("distance in tone from its own reference", "lower"),
    "style-distance-all": ("distance in tone from all references", ""),
    "truth-ssim": ("likeness to the true X-ray", "higher"),
    "truth-ms-ssim": ("likeness to the true X-ray, several scales", "higher"),
    "truth-psnr": ("likeness to the true X-ray, dB", "higher"),
    "truth-lpips-alex": ("perceptual distance from the true X-ray", "lower"),
    "truth-lpips-vgg": ("perceptual distance from the true X-ray", "lower"),
    "truth-lpips-squeeze": ("perceptual distance from the true X-ray", "lower"),
    "truth-squeezenet-keras-cosine": ("perceptual distance from the true X-ray", "lower"),
}


@dataclass(frozen=True)
class Row:
    """A line of a table of metrics.

    Args:
        name: of the metric.
        options: of its spec: how it was measured, and on how many pictures.
        about: what it says.
        better: "higher", "lower" or "".
        cells: a `Measured` or None for each column.
        best: index of the best cell among runs, None where it is not known.
    """

    name: str
    options: str
    about: str
    better: str
    cells: list
    best: int | None = None


def metric_rows(metrics):
    """Rows of one run: X^, raw DRRs, other real X-rays.

    Args:
        metrics: {spec: `Measured`}.
    """
    return [_row(spec, [metrics[spec], *_baselines(spec, metrics)]) for spec in _in_order(metrics)]


def comparison_rows(runs):
    """Rows of several runs: the metrics that two or more have, each run, then the baselines.

    Only numbers of one spec stand in a row: it says by which extractor and on how many pictures.

    Args:
        runs: list of {spec: `Measured`}.

    Returns:
        rows, and the metrics of two or more runs whose specs differ, so that no row has them.
    """
    specs = _in_order(spec for run in runs for spec in run)
    shared = [spec for spec in specs if sum(spec in run for run in runs) > 1]
    names = dict.fromkeys(map(_name, specs))
    with_rows = set(map(_name, shared))
    apart = [
        name
        for name in names
        if name not in with_rows and sum(name in map(_name, run) for run in runs) > 1
    ]
    rows = []
    for spec in shared:
        baselines = next(
            (found for found in (_baselines(spec, run) for run in runs) if any(found)), [None, None]
        )
        cells = [run.get(spec) for run in runs]
        rows.append(_row(spec, [*cells, *baselines], _best(spec, cells)))
    return rows, apart


def difference_rows(recipes):
    """Fields in which recipes differ: [(field, [value of each recipe])].

    Args:
        recipes: `Recipe`s, two or more; the first is what others are compared with.
    """
    first, *others = recipes
    changed = [
        {field: now for field, _, now in recipe_differences(first, other, ("description",))}
        for other in others
    ]
    before = {
        field: value
        for other in others
        for field, value, _ in recipe_differences(first, other, ("description",))
    }
    return [
        (field, [before[field], *(found.get(field, before[field]) for found in changed)])
        for field in sorted(before)
    ]


def shown(measured: Measured | None):
    """A number and its interval, as text: ("0.0199", "-0.0215 to 0.0613")."""
    if measured is None:
        return "", ""
    interval = measured.interval
    return shown_value(measured.value), " to ".join(map(shown_value, interval)) if interval else ""


def _row(spec, cells, best=None):
    name, _, options = spec.removesuffix("]").partition("[")
    return Row(name, options.replace(",", ", "), *ABOUT.get(name, ("", "")), cells, best)


def _name(spec):
    return spec.partition("[")[0]


def _in_order(specs):
    """Specs without those of baselines, each once, in the order of `ABOUT`."""
    order = list(ABOUT)

    def rank(spec):
        return order.index(_name(spec)) if _name(spec) in ABOUT else len(order)

    return sorted(dict.fromkeys(spec for spec in specs if not _is_baseline(spec)), key=rank)


def _is_baseline(spec):
    return any(_name(spec).endswith(ending) for ending in BASELINES)


def _baselines(spec, metrics):
    name, bracket, options = spec.partition("[")
    return [metrics.get(f"{name}{ending}{bracket}{options}") for ending in BASELINES]


def _best(spec, cells):
    better = ABOUT.get(_name(spec), ("", ""))[1]
    values = [cell.value for cell in cells if cell is not None]
    if not better or len(set(values)) < 2:
        return None
    value = max(values) if better == "higher" else min(values)
    return next(i for i, cell in enumerate(cells) if cell is not None and cell.value == value)
