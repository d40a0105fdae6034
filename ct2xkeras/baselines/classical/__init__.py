"""Classical pipelines: the DRR itself, its histogram matched, or the imaging physics simulated."""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "PRESETS": "presets",
    "ClassicalArchitecture": "architecture",
    "Classical": "model",
    "ClassicalSynthesizer": "synthesizer",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
