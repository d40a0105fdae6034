"""Losses: small documented functions of pictures, codes, features or logits, one value per example.

Names are loaded when first asked for: reading `LossSettings` from a recipe loads no TensorFlow.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "absolute_difference": "similarity",
    "chance_level": "consistency",
    "content_distance": "consistency",
    "detail_bands": "detail",
    "detail_contrast": "detail",
    "detail_distance": "detail",
    "discriminator_adversarial": "adversarial",
    "generator_adversarial": "adversarial",
    "gradient_correlation": "structure",
    "gradient_penalty": "penalties",
    "multiscale_structural_similarity": "similarity",
    "noise_projection": "penalties",
    "path_length_penalty": "penalties",
    "path_lengths": "penalties",
    "perceptual_distance": "perceptual",
    "structural_similarity": "similarity",
    "structure_loss": "structure",
    "style_contrast": "consistency",
    "style_contrast_each": "consistency",
    "style_distance": "consistency",
    "tone_curve": "tone",
    "tone_distance": "tone",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
