"""Networks and the trainable model.

Names are loaded when first asked for: reading a preset does not load TensorFlow.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "PRESETS": "presets",
    "Architecture": "architecture",
    "CT2XGAN": "ct2x_gan",
    "CTEncoder": "ct_encoder",
    "Discriminator": "discriminator",
    "DiscriminatorAugmentation": "discriminator_augmentation",
    "Generator": "generator",
    "PoseAttention": "pose_attention",
    "StyleEncoder": "style_encoder",
    "XraySynthesizer": "synthesizer",
    "interpolate_styles": "styles",
    "truncate_styles": "styles",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
