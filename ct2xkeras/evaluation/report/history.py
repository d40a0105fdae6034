"""What a run's metrics.jsonl says, put together: curves over images, and the newest numbers."""

import math
from dataclasses import dataclass

from ct2xkeras.evaluation.report.charts import line_chart

IMAGES = "images seen"

#: Curves that are drawn together: (title, names or metrics, unit).
TOGETHER = (
    ("Loss of the generator", ("loss",), ""),
    ("Generator against discriminator", ("adversarial", "discriminator"), ""),
    ("Discriminator's scores", ("real_score", "fake_score"), ""),
    ("Speed", ("images_per_second",), "images/s"),
)
#: Metrics of `style` and `evaluation` lines, by name without options.
METRICS_TOGETHER = (
    ("Structure", ("structure",), ""),
    ("KID", ("kid", "kid-of-drr", "kid-of-real"), ""),
    ("FID", ("fid", "fid-of-drr", "fid-of-real"), ""),
    ("SSIM with the truth", ("truth-ssim", "truth-ssim-of-drr"), ""),
    ("Style retrieval", ("style-retrieval",), "share"),
    ("Distance in tone", ("style-distance-own", "style-distance-all"), ""),
)
NOT_DRAWN = {"images", "learning_rate"}
NO_METRICS = {"images", "intervals", "notes", "settings"}


@dataclass(frozen=True)
class Measured:
    """A metric's newest value.

    Args:
        value: the number.
        interval: (low, high) of 95 %, or None.
        images: views that the model had seen.
    """

    value: float
    interval: tuple[float, float] | None
    images: int


def curves(lines, kinds):
    """{name: [(images, value)]} of the numbers in lines of these kinds, in order of images."""
    found = {}
    for line in lines:
        if line.get("kind") in kinds:
            for name, value in line.items():
                if is_number(value) and name not in NOT_DRAWN:
                    found.setdefault(name, {})[line["images"]] = value
    return {name: sorted(points.items()) for name, points in found.items()}


def training_charts(lines):
    """SVGs of what training logged: the well-known ones first, then every other loss."""
    found = curves(lines, ("train",))
    groups = [*TOGETHER]
    known = {name for _, names, _ in groups for name in names}
    groups += [(_title(name), (name,), "") for name in sorted(found.keys() - known)]
    return _charts(found, groups)


def metric_charts(lines):
    """SVGs of metrics that were measured more than once."""
    found = {
        spec: points
        for spec, points in curves(lines, ("style", "evaluation")).items()
        if len(points) > 1
    }
    groups = [
        (title, [spec for spec in found if spec.partition("[")[0] in names], unit)
        for title, names, unit in METRICS_TOGETHER
    ]
    return _charts(found, groups)


def _charts(found, groups):
    charts = []
    for title, names, unit in groups:
        series = {name: found[name] for name in names if name in found}
        charts.append(line_chart(title, series, IMAGES, unit) if series else "")
    return [chart for chart in charts if chart]


def newest_metrics(lines):
    """{metric spec: `Measured`} of the newest evaluation line that has it."""
    found = {}
    for line in lines:
        if line.get("kind") != "evaluation":
            continue
        intervals = line.get("intervals")
        intervals = intervals if isinstance(intervals, dict) else {}
        for spec, value in line.items():
            if spec not in NO_METRICS and is_number(value):
                found[spec] = Measured(value, _pair(intervals.get(spec)), line["images"])
    return found


def is_number(value):
    """Whether a value of a JSON line is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _pair(values):
    whole = isinstance(values, list) and len(values) == 2 and all(map(is_number, values))
    return tuple(values) if whole else None


def _title(name):
    return name.replace("_", " ").replace("drr", "DRR").replace("ms ssim", "MS-SSIM")
