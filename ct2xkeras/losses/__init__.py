"""Losses: small documented functions of pictures, codes or logits, one value per example."""

from ct2xkeras.losses.adversarial import discriminator_adversarial, generator_adversarial
from ct2xkeras.losses.consistency import (
    chance_level,
    content_distance,
    style_contrast,
    style_contrast_each,
    style_distance,
)
from ct2xkeras.losses.penalties import gradient_penalty
from ct2xkeras.losses.similarity import absolute_difference, drr_similarity, structural_similarity
from ct2xkeras.losses.structure import gradient_correlation, structure_loss
from ct2xkeras.losses.tone import tone_curve, tone_distance

__all__ = [
    "absolute_difference",
    "chance_level",
    "content_distance",
    "discriminator_adversarial",
    "drr_similarity",
    "generator_adversarial",
    "gradient_correlation",
    "gradient_penalty",
    "structural_similarity",
    "structure_loss",
    "style_contrast",
    "style_contrast_each",
    "style_distance",
    "tone_curve",
    "tone_distance",
]
