"""Render then translate: the exact DRR through an unpaired picture translation (CUT)."""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "PRESETS": "presets",
    "TranslationArchitecture": "architecture",
    "DRR2Xray": "model",
    "TranslationSynthesizer": "synthesizer",
    "PatchDiscriminator": "patch_discriminator",
    "Translator": "translator",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
