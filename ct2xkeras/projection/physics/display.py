"""From a detector's read-out to the picture on the screen: what each maker does in its own way."""

import numpy as np
from scipy.ndimage import gaussian_filter

OPEN_FIELD = 0.7
"""Read-out of about 30 mm of water: anything thinner is taken for the field beside the patient."""


def equalize(log_signal, amount: float, width):
    """Even out the brightness of large areas: `amount` 0 leaves them, 1 removes them; air stays."""
    if amount == 0:
        return log_signal
    broad = gaussian_filter(log_signal, width, mode="nearest")
    patient = np.clip(log_signal / OPEN_FIELD, 0, 1)
    return log_signal - amount * patient * (broad - broad.mean())


def enhance_edges(log_signal, amount: float, width):
    """Unsharp mask: add `amount` times what a Gaussian of `width` pixels takes away."""
    if amount == 0:
        return log_signal
    return log_signal + amount * (log_signal - gaussian_filter(log_signal, width, mode="nearest"))


def exposed_range(log_signal, shares):
    """Values of the read-out at two shares of the pixels, the open field beside the patient apart.

    Automatic exposure finds the patient first: else the air beside a side view would take up the
    range of grey that the spine needs.
    """
    patient = log_signal[log_signal > OPEN_FIELD]
    return np.quantile(patient if patient.size > 0.05 * log_signal.size else log_signal, shares)


def tone_curve(log_signal, window, toe: float, contrast: float, gamma: float):
    """Picture in [-1, 1], float32, bones bright.

    Args:
        window: shares of the patient's pixels (low, high) at which the range of grey begins and
            ends.
        toe: part of the range of grey kept for what is thinner than that, such as air.
        contrast: slope of the film-like sigmoid; towards 0 it becomes a straight line.
        gamma: above 1 darkens the middle.
    """
    low, high = exposed_range(log_signal, window)
    value = toe + (1 - toe) * (log_signal - low) / max(high - low, 1e-6)
    value = np.clip(value, 0, 1)
    edge = np.tanh(contrast)
    value = 0.5 + 0.5 * np.tanh(contrast * (2 * value - 1)) / edge if contrast > 0 else value
    return (2 * np.clip(value, 0, 1) ** gamma - 1).astype(np.float32)
