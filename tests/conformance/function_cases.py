"""Every public loss and metric once, with example arguments."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ct2xkeras import losses, metrics
from ct2xkeras.geometry import CArmPose, Detector, pose_vector

BATCH = 3

# Public functions that are no loss or metric by themselves but parts or readings of one.
LOSS_HELPERS = {"chance_level", "detail_bands", "detail_contrast", "tone_curve"}
METRIC_HELPERS = {"bone_points", "check_pictures", "metric_spec", "pixel_features"}

rng = np.random.default_rng(0)


def pictures(channels=1):
    return rng.uniform(-1, 1, (BATCH, 32, 32, channels)).astype("float32")


def codes():
    return rng.normal(size=(BATCH, 6)).astype("float32")


def logits():
    return rng.normal(size=BATCH).astype("float32")


MASK = np.ones((BATCH, 32, 32, 1), "float32")
HEADS = [np.ones(4, "float32"), np.ones(2, "float32")]


def perceptual_distance_of_two_layers(*maps):
    return losses.perceptual_distance(maps[:2], maps[2:], HEADS)


# Public name: (function, differentiable arguments with a batch of `BATCH`, further arguments).
LOSSES = {
    "absolute_difference": (losses.absolute_difference, [pictures(), pictures()], [MASK]),
    "content_distance": (losses.content_distance, [pictures(2), pictures(2)], []),
    "detail_distance": (losses.detail_distance, [pictures(), pictures()], []),
    "discriminator_adversarial": (losses.discriminator_adversarial, [logits(), logits()], []),
    "generator_adversarial": (losses.generator_adversarial, [logits()], []),
    "gradient_correlation": (losses.gradient_correlation, [pictures(), pictures()], [MASK]),
    "gradient_penalty": (losses.gradient_penalty, [pictures()], []),
    "multiscale_structural_similarity": (
        losses.multiscale_structural_similarity,
        [pictures(), pictures()],
        [],
    ),
    "noise_projection": (losses.noise_projection, [pictures(), pictures()], []),
    "path_length_penalty": (losses.path_length_penalty, [logits()], [np.float32(1.0)]),
    "path_lengths": (losses.path_lengths, [codes()], []),
    "perceptual_distance": (
        perceptual_distance_of_two_layers,
        [pictures(4), pictures(2), pictures(4), pictures(2)],
        [],
    ),
    "structural_similarity": (losses.structural_similarity, [pictures(), pictures()], []),
    "structure_loss": (losses.structure_loss, [pictures(), pictures()], [MASK]),
    "style_contrast": (losses.style_contrast, [codes(), codes()], []),
    "style_contrast_each": (losses.style_contrast_each, [codes(), codes(), codes()], []),
    "style_distance": (losses.style_distance, [codes(), codes()], []),
    "tone_distance": (losses.tone_distance, [pictures(), pictures()], []),
}


@dataclass(frozen=True)
class MetricCase:
    """A metric's extremes.

    Args:
        function: the metric.
        equal, unlike: arguments that it must score best, and worse.
        wrong: arguments of shapes that it must refuse.
        score: what to compare of its result, lower is better.
    """

    function: Callable
    equal: tuple
    unlike: tuple
    wrong: tuple
    score: Callable = np.mean


def paired(function, *further, score=np.mean):
    """A metric of pictures and their targets."""
    return MetricCase(
        lambda images, targets: function(images, targets, *further),
        equal=(LARGE, LARGE),
        unlike=(LARGE, LARGE[:, ::-1]),
        wrong=(LARGE, LARGE[:, 1:]),
        score=score,
    )


def of_subsets(result):
    return result.mean


def of_extrapolation(result):
    return result.value


def higher_is_better(values):
    return -np.mean(values)


def mean_difference(images, targets):
    return np.abs(images - targets).mean(axis=(1, 2, 3))


def statistics(features):
    return metrics.FeatureStatistics.of(features)


FEATURES, PICTURES = rng.normal(size=(8, 5)), pictures()
SETS = {
    "equal": (FEATURES, FEATURES),
    "unlike": (FEATURES, FEATURES + 1),
    "wrong": (FEATURES, FEATURES[:, 1:]),
}
LARGE = rng.uniform(-1, 1, (2, 64, 64, 1)).astype("float32")
STILL = np.stack([pose_vector(CArmPose(0.0, 0.0), Detector(64, 64, (4.0, 4.0)))] * 2)

METRICS = {
    "code_distances": MetricCase(
        metrics.code_distances,
        equal=(FEATURES, FEATURES),
        unlike=(FEATURES, FEATURES[::-1]),
        wrong=(FEATURES, FEATURES[:, 1:]),
        score=np.trace,
    ),
    "edge_displacement": paired(metrics.edge_displacement),
    "frechet_distance": MetricCase(metrics.frechet_distance, **SETS),
    "frechet_distance_infinity": MetricCase(
        metrics.frechet_distance_infinity, **SETS, score=of_extrapolation
    ),
    "frechet_distance_of_statistics": MetricCase(
        metrics.frechet_distance_of_statistics,
        **{name: tuple(map(statistics, sets)) for name, sets in SETS.items()},
    ),
    "gradient_correlation": paired(metrics.gradient_correlation, score=higher_is_better),
    "kernel_distance": MetricCase(metrics.kernel_distance, **SETS),
    "kernel_distance_of_subsets": MetricCase(
        metrics.kernel_distance_of_subsets, **SETS, score=of_subsets
    ),
    "multiscale_structural_similarity": paired(
        metrics.multiscale_structural_similarity, score=higher_is_better
    ),
    "mutual_information": paired(metrics.mutual_information, score=higher_is_better),
    "peak_signal_to_noise": paired(metrics.peak_signal_to_noise, score=higher_is_better),
    "perceptual_distance": paired(metrics.perceptual_distance, mean_difference),
    "retrieval_rate": MetricCase(
        metrics.retrieval_rate,
        equal=(1 - np.eye(4),),
        unlike=(np.roll(1 - np.eye(4), 1, axis=1),),
        wrong=(np.zeros(4),),
        score=higher_is_better,
    ),
    "structural_similarity": paired(metrics.structural_similarity, score=higher_is_better),
    "tone_distances": MetricCase(
        metrics.tone_distances,
        equal=(PICTURES, PICTURES),
        unlike=(PICTURES, PICTURES + 0.5),
        wrong=(PICTURES, PICTURES[:, 1:]),
        score=np.trace,
    ),
    "view_displacement": MetricCase(
        metrics.view_displacement,
        equal=(LARGE[[0, 0]], STILL, np.zeros((1, 3))),
        unlike=(LARGE, STILL, np.zeros((1, 3))),
        wrong=(LARGE, STILL[:, 1:], np.zeros((1, 3))),
    ),
}

PAIR_BATCHES = [(LARGE[:1], LARGE[:1, ::-1]), (LARGE, LARGE[:, :, ::-1])]
FEATURE_BATCHES = [(FEATURES, FEATURES[:3] + 1), (FEATURES[:2] - 1, FEATURES)]

# Public name: (keyword arguments, batches that it is fed with in turn).
RUNNING_METRICS = {
    "FrechetDistance": ({"num_features": 5}, FEATURE_BATCHES),
    "KernelDistance": ({"num_features": 5, "capacity": 20}, FEATURE_BATCHES),
    "MeanEdgeDisplacement": ({}, PAIR_BATCHES),
    "MeanGradientCorrelation": ({}, PAIR_BATCHES),
    "MeanMultiscaleStructuralSimilarity": ({}, PAIR_BATCHES),
    "MeanMutualInformation": ({}, PAIR_BATCHES),
    "MeanPeakSignalToNoise": ({}, PAIR_BATCHES),
    "MeanStructuralSimilarity": ({}, PAIR_BATCHES),
}
NEED_WEIGHTS = {"MeanPerceptualDistance"}
