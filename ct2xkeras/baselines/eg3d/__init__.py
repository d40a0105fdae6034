"""EG3D (Chan et al. 2022): generated tri-planes, rendered small, then enlarged.

Written from the papers; names are loaded when first asked for.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "EG3D": "model",
    "EG3DArchitecture": "architecture",
    "EG3DSynthesizer": "synthesizer",
    "PRESETS": "presets",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
