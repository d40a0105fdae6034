"""Networks that see pictures, for metrics and for losses; their weights are read from files.

Names are loaded when first asked for.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "PerceptualDistance": "perceptual",
    "distance_names": "distances",
    "extractor_names": "registry",
    "find_distance": "distances",
    "find_extractor": "registry",
    "find_lpips": "lpips",
    "import_weights": "importing",
    "load_squeezenet": "squeezenet",
    "read_lpips_heads": "lpips_heads",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
