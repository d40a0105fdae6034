"""What gives a generative method a patient: a search for the latents whose views look like a CT's.

Names are loaded when first asked for.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "PivotalTuning": "pivotal_tuning",
    "fit_loss": "loss",
    "fit_poses": "poses",
    "invert": "inverting",
    "invert_latents": "inverting",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
