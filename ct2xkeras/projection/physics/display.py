"""From a detector's read-out to the picture on the screen: what each maker does in its own way."""

import numpy as np
from scipy.ndimage import gaussian_filter


def equalize(log_signal, amount: float, width):
    """Even out the brightness of large areas: `amount` 0 leaves them, 1 removes them."""
    if amount == 0:
        return log_signal
    broad = gaussian_filter(log_signal, width, mode="nearest")
    return log_signal - amount * (broad - broad.mean())


def enhance_edges(log_signal, amount: float, width):
    """Unsharp mask: add `amount` times what a Gaussian of `width` pixels takes away."""
    if amount == 0:
        return log_signal
    return log_signal + amount * (log_signal - gaussian_filter(log_signal, width, mode="nearest"))


def tone_curve(log_signal, window, contrast: float, gamma: float):
    """Picture in [-1, 1], float32, bones bright.

    Args:
        window: share of the pixels (low, high) at which black and white are set, as automatic
            exposure does.
        contrast: slope of the film-like sigmoid; towards 0 it becomes a straight line.
        gamma: above 1 darkens the middle.
    """
    low, high = np.quantile(log_signal, window)
    value = np.clip((log_signal - low) / max(high - low, 1e-6), 0, 1)
    edge = np.tanh(contrast)
    value = 0.5 + 0.5 * np.tanh(contrast * (2 * value - 1)) / edge if contrast > 0 else value
    return (2 * np.clip(value, 0, 1) ** gamma - 1).astype(np.float32)
