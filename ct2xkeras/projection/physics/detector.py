"""From the beam behind the patient to the number a detector reads: scatter, noise, blur, log."""

import numpy as np
from scipy.ndimage import gaussian_filter

FLOOR = 1e-5  # of the open beam: the detector's dark signal


def add_scatter(primary, ratio: float, width):
    """Signal with scattered radiation added, same shape (rows, columns).

    First-order kernel model: the radiation that leaves the beam along a ray, p exp(-p) of the open
    beam, comes back spread by a Gaussian of `width` (rows, columns; pixels), scaled so that the
    picture's mean ratio of scatter to primary is `ratio`. What a grid holds back is part of it.
    """
    if ratio == 0:
        return primary
    lost = -np.log(np.maximum(primary, FLOOR)) * primary
    scatter = gaussian_filter(lost, width, mode="nearest")
    return primary + scatter * (ratio * primary.mean() / max(scatter.mean(), FLOOR))


def add_quantum_noise(signal, quanta: float, rng: np.random.Generator):
    """Signal counted in photons, of which the open beam brings `quanta` to a pixel."""
    if not np.isfinite(quanta):
        return signal
    return rng.poisson(signal * quanta) / quanta


def blur_signal(signal, width):
    """Signal spread by focal spot and scintillator: Gaussian of `width` (rows, columns; pixels)."""
    return gaussian_filter(signal, width, mode="nearest") if max(width) > 0 else signal


def read_out(signal):
    """Line integrals as the detector reports them: -log of the signal."""
    return -np.log(np.maximum(signal, FLOOR))
