"""What a run's networks make of held-out cases, chosen so that it neither flatters nor slanders."""

from dataclasses import dataclass

import numpy as np

from ct2xkeras.evaluation.features import CachedFeatures
from ct2xkeras.evaluation.held_out_samples import held_out_samples
from ct2xkeras.evaluation.report.figures import Case, Picture, example_cases, picture
from ct2xkeras.evaluation.samples import distinct
from ct2xkeras.evaluation.sweeps import style_sweep, view_sweep
from ct2xkeras.metrics import gradient_correlation
from ct2xkeras.metrics.extractors import find_extractor

SWEEP_ANGLES = tuple(range(-90, 91, 15))  # degrees
NUM_STYLES = 8


@dataclass(frozen=True)
class Gallery:
    """Pictures of one run.

    Args:
        by_structure, by_realism: best, median and worst cases.
        extractor: whose features say what is realistic.
        views: (X^, DRR) at each angle of `SWEEP_ANGLES`.
        styles: (reference, X^ in its look).
        num_cases: from how many the cases were chosen.
    """

    by_structure: list[Case]
    by_realism: list[Case]
    extractor: str
    views: list[tuple[Picture, Picture]]
    styles: list[tuple[Picture, Picture]]
    num_cases: int


def make_gallery(run, recipe, checkpoint="newest", num=None):
    """Pictures of a run's held-out cases.

    Args:
        run: a `RunFolder`.
        recipe: its recipe.
        checkpoint: `newest` or `best`.
        num: cases to choose from; None for the recipe's.

    Raises:
        ValueError: it has no such checkpoint or its data set is gone.
    """
    from ct2xkeras.training.loading import load_model

    networks = load_model(run, recipe, checkpoint).ema_networks
    sizes = networks.architecture.volume_size, (networks.architecture.image_size,) * 2
    num = num or recipe.evaluation.cases
    samples = held_out_samples(networks, sizes, run.data_directory(recipe), num, recipe.seed)
    structure = gradient_correlation(samples.pictures, samples.drr, samples.coverage)
    extractor = recipe.evaluation.extractor
    distances = nearest_distances(samples, CachedFeatures(find_extractor(extractor)))
    return Gallery(
        by_structure=example_cases(samples, structure, "correlation", highest_is_best=True),
        by_realism=example_cases(samples, distances, "distance", highest_is_best=False),
        extractor=extractor,
        views=_views(networks, samples.cases),
        styles=_styles(networks, samples.cases),
        num_cases=len(samples.pictures),
    )


def nearest_distances(samples, features):
    """Distance of each picture's features to those of the nearest real radiograph: (n,)."""
    made, real = features(samples.pictures), features(samples.references, keep=True)
    made, real = made.astype(np.float64), real.astype(np.float64)
    squared = (made**2).sum(1)[:, None] + (real**2).sum(1) - 2 * made @ real.T
    return np.sqrt(np.maximum(squared, 0).min(axis=1))


def _views(networks, cases):
    xrays, drrs = view_sweep(networks, cases, SWEEP_ANGLES)
    return [
        (picture(xray, f"X^ at {angle}°"), picture(drr, f"DRR at {angle}°"))
        for angle, xray, drr in zip(SWEEP_ANGLES, xrays, drrs, strict=True)
    ]


def _styles(networks, cases):
    styles = distinct(cases["style_image"])
    # From dark to bright, evenly: neighbours look unlike each other.
    order = np.argsort(styles.mean(axis=(1, 2, 3)))
    chosen = np.unique(np.linspace(0, len(order) - 1, NUM_STYLES).round().astype(int))
    styles = styles[order[chosen]]
    pairs = zip(styles, style_sweep(networks, cases, styles), strict=True)
    return [
        (picture(style, f"reference {number}"), picture(xray, f"X^ in the look of {number}"))
        for number, (style, xray) in enumerate(pairs, start=1)
    ]
