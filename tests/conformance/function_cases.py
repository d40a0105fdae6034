"""Every public loss and metric once, with example arguments."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ct2xkeras import losses, metrics

BATCH = 3

# Public functions that are no loss or metric by themselves but parts or readings of one.
LOSS_HELPERS = {"chance_level", "tone_curve"}
METRIC_HELPERS = {"pixel_features"}

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
    score: Callable = float


FEATURES, PICTURES = rng.normal(size=(8, 5)), pictures()

METRICS = {
    "code_distances": MetricCase(
        metrics.code_distances,
        equal=(FEATURES, FEATURES),
        unlike=(FEATURES, FEATURES[::-1]),
        wrong=(FEATURES, FEATURES[:, 1:]),
        score=np.trace,
    ),
    "kernel_distance": MetricCase(
        metrics.kernel_distance,
        equal=(FEATURES, FEATURES),
        unlike=(FEATURES, FEATURES + 1),
        wrong=(FEATURES, FEATURES[:, 1:]),
    ),
    "retrieval_rate": MetricCase(
        metrics.retrieval_rate,
        equal=(1 - np.eye(4),),
        unlike=(np.roll(1 - np.eye(4), 1, axis=1),),
        wrong=(np.zeros(4),),
        score=lambda rate: -rate,
    ),
    "tone_distances": MetricCase(
        metrics.tone_distances,
        equal=(PICTURES, PICTURES),
        unlike=(PICTURES, PICTURES + 0.5),
        wrong=(PICTURES, PICTURES[:, 1:]),
        score=np.trace,
    ),
}
