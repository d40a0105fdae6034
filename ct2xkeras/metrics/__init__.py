"""Metrics: pure functions of pictures or features, in NumPy."""

from ct2xkeras.metrics.kid import kernel_distance
from ct2xkeras.metrics.pixels import pixel_features
from ct2xkeras.metrics.style_response import code_distances, retrieval_rate, tone_distances

__all__ = [
    "code_distances",
    "kernel_distance",
    "pixel_features",
    "retrieval_rate",
    "tone_distances",
]
