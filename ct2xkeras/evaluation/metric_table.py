"""The metrics that `evaluate` knows: what each needs and what it gives."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from ct2xkeras import metrics
from ct2xkeras.evaluation.scores import distance_score, mean_score
from ct2xkeras.evaluation.style_response import style_values
from ct2xkeras.evaluation.view_consistency import view_consistency
from ct2xkeras.metrics import metric_spec
from ct2xkeras.metrics.extractors.distances import distance_names, find_distance
from ct2xkeras.metrics.extractors.registry import STANDARD

PERCEPTUAL = "truth-"  # before the name of a distance


@dataclass(frozen=True)
class Metric:
    """One metric.

    Args:
        scores: gives a list of `Score` of `Samples`, an extractor and a seed.
        needs: entries of `Samples` without which it cannot be measured.
        default: measured where none is asked for.
        distance: compares two sets by an extractor's features, of equal numbers of pictures.
    """

    scores: Callable
    needs: tuple[str, ...]
    default: bool = True
    distance: bool = False


def find_metrics(names, extractor):
    """Metrics by name; the default ones where no name is given: {name: Metric}.

    Raises:
        ValueError: an unknown name.
    """
    for name in names:
        if name not in METRICS:
            close = difflib.get_close_matches(name, METRICS, n=1)
            meant = f" (did you mean {close[0]}?)" if close else ""
            raise ValueError(
                f"metric: expected one of {', '.join(METRICS)}, found {name!r}{meant}."
            )
    standard = ("fid",) if extractor == STANDARD else ()
    return {
        name: metric
        for name, metric in METRICS.items()
        if (name in names if names else metric.default or name in standard)
    }


def _set_distance(name, distance):
    """Distance of the pictures from the references; of raw DRRs and other real radiographs too."""

    def scores(samples, extractor, seed):
        sets = _with_baselines(name, samples) | {f"{name}-of-real": samples.others}
        sets = {full: pictures for full, pictures in sets.items() if pictures is not None}
        # Equal numbers on both sides, and the same for all that are compared with each other.
        num = min(len(samples.references), *map(len, sets.values()))
        references = extractor(samples.references[:num], keep=True)
        return [
            distance_score(
                _spec(full, samples, num, extractor.name, against=samples.against),
                distance,
                extractor(pictures[:num]),
                references,
                seed,
            )
            for full, pictures in sets.items()
        ]

    return scores


def _mean(name, measure, *options, of_drr=False):
    """Mean of `measure(pictures, samples)`, (n,); on demand of the raw DRRs' too."""

    def scores(samples, extractor, seed):
        sets = _with_baselines(name, samples) if of_drr else {name: samples.pictures}
        return [
            mean_score(
                _spec(full, samples, len(pictures), *options), measure(pictures, samples), seed
            )
            for full, pictures in sets.items()
            if pictures is not None
        ]

    return scores


def _with_baselines(name, samples):
    return {name: samples.pictures, f"{name}-of-drr": samples.drr}


def _style(samples, extractor, seed):
    values = style_values(samples.networks, samples.cases, samples.stated)
    return [mean_score(spec, found, seed) for spec, found in values.items()]


def _view_displacement(samples, extractor, seed):
    values = view_consistency(samples.networks, samples.cases)
    return [
        mean_score(_spec(name, samples, len(found)), found, seed)
        for name, found in zip(
            ("view-displacement", "view-displacement-of-drr"), values, strict=True
        )
    ]


def _spec(name, samples, num, *options, against=None):
    return metric_spec(name, *options, n=num, **samples.stated, against=against)


def _perceptual(distance):
    def measure(pictures, samples):
        return metrics.perceptual_distance(pictures, samples.truth, find_distance(distance))

    return Metric(
        _mean(f"{PERCEPTUAL}{distance}", measure, of_drr=True),
        ("truth", "patient"),
        default=False,
    )


METRICS = {
    "structure": Metric(
        _mean(
            "structure",
            lambda pictures, of: metrics.gradient_correlation(pictures, of.drr, of.coverage),
            "gradient-correlation",
        ),
        ("drr", "patient"),
    ),
    "mutual-information": Metric(
        _mean(
            "mutual-information",
            lambda pictures, of: metrics.mutual_information(pictures, of.drr, of.coverage),
        ),
        ("drr", "patient"),
    ),
    "edge-displacement": Metric(
        _mean(
            "edge-displacement",
            lambda pictures, of: metrics.edge_displacement(pictures, of.drr, of.coverage),
        ),
        ("drr", "patient"),
    ),
    "view-displacement": Metric(
        _view_displacement,
        ("networks", "patient"),
    ),
    "kid": Metric(
        _set_distance("kid", lambda a, b: metrics.kernel_distance(a, b)),
        ("references",),
        distance=True,
    ),
    "fid": Metric(
        _set_distance("fid", lambda a, b: metrics.frechet_distance(a, b)),
        ("references",),
        default=False,
        distance=True,
    ),
    "fid-infinity": Metric(
        _set_distance("fid-infinity", lambda a, b: metrics.frechet_distance_infinity(a, b).value),
        ("references",),
        default=False,
        distance=True,
    ),
    "style": Metric(_style, ("networks",)),
    "truth-ssim": Metric(
        _mean(
            "truth-ssim",
            lambda pictures, of: metrics.structural_similarity(pictures, of.truth),
            "7x7",
            of_drr=True,
        ),
        ("truth", "patient"),
    ),
    "truth-ms-ssim": Metric(
        _mean(
            "truth-ms-ssim",
            lambda pictures, of: metrics.multiscale_structural_similarity(pictures, of.truth),
            of_drr=True,
        ),
        ("truth", "patient"),
        default=False,
    ),
    "truth-psnr": Metric(
        _mean(
            "truth-psnr",
            lambda pictures, of: metrics.peak_signal_to_noise(pictures, of.truth),
            of_drr=True,
        ),
        ("truth", "patient"),
    ),
} | {PERCEPTUAL + name: _perceptual(name) for name in distance_names()}
