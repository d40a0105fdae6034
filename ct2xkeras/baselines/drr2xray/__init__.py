"""Render then translate: the exact DRR through an unpaired picture translation (CUT)."""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "PRESETS": "presets",
    "Drr2XrayArchitecture": "architecture",
    "Drr2XrayModel": "model",
    "Drr2XraySynthesizer": "synthesizer",
    "PatchDiscriminator": "patch_discriminator",
    "Translator": "translator",
    "patch_contrast": "patch_contrast",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
