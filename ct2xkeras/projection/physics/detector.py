"""From the beam behind the patient to the number a detector reads: scatter, noise, blur, log."""

import numpy as np
from scipy.ndimage import gaussian_filter

FLOOR = 1e-5  # of the open beam: the detector's dark signal


def add_scatter(primary, ratio: float, width):
    """Signal with scattered radiation added, same shape (rows, columns).

    An approximation, not a transport calculation: scatter is a broad veil. Its level follows the
    line integral p smoothed by a Gaussian of `width` (rows, columns; pixels),
    ratio * exp(-p) * (1 - exp(-p)), so that behind a broad thick body scatter is `ratio` times the
    primary radiation, behind lungs less than that and behind bones more, and none in open air.
    What the grid holds back is part of `ratio`.
    """
    if ratio == 0:
        return primary
    smooth = np.exp(-gaussian_filter(read_out(primary), width, mode="nearest"))
    return primary + ratio * smooth * (1 - smooth)


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
