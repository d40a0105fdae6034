"""From a detector's read-out to the picture, for batches, in `keras.ops`.

The same steps as `ct2xkeras.projection.physics.display` takes for one picture in NumPy.
"""

import math

from keras import ops

from ct2xkeras.baselines.classical.gaussian import gaussian_blur
from ct2xkeras.baselines.classical.quantiles import masked_quantiles, or_everywhere
from ct2xkeras.projection.physics.display import OPEN_FIELD

SMALLEST_PATIENT = 0.05  # share of pixels below which the open field is not told apart


def equalize(log_signal, amount, width):
    """Even out the brightness of large areas of (views, rows, columns, 1); air stays.

    Args:
        amount: 0 leaves them, 1 removes them; width: (views, 2) in pixels.
    """
    broad = gaussian_blur(log_signal, width)
    patient = ops.clip(log_signal / OPEN_FIELD, 0, 1)
    return log_signal - amount * patient * (broad - ops.mean(broad, axis=(1, 2, 3), keepdims=True))


def sharpen(images, amount, width):
    """Unsharp mask: add `amount` times what a Gaussian takes away; width (views, 2) in pixels."""
    return images + amount * (images - gaussian_blur(images, width))


def exposed_range(log_signal, window):
    """Values of the read-out (views, 1, 1, 1) at two shares of the patient's pixels."""
    patient = or_everywhere(log_signal > OPEN_FIELD, SMALLEST_PATIENT)
    ends = masked_quantiles(log_signal, patient, window)[:, :, None, None, None]
    return ends[:, 0], ends[:, 1]


def tone_curve(log_signal, window, toe, contrast, gamma):
    """Pictures in [-1, 1], bones bright; see `ct2xkeras.projection.physics.display.tone_curve`."""
    low, high = exposed_range(log_signal, window)
    value = toe + (1 - toe) * (log_signal - low) / ops.maximum(high - low, 1e-6)
    value = ops.clip(value, 0, 1)
    if contrast > 0:
        value = 0.5 + 0.5 * ops.tanh(contrast * (2 * value - 1)) / math.tanh(contrast)
    return 2 * ops.clip(value, 0, 1) ** gamma - 1


def develop(log_signal, pixel_spacing, settings):
    """The picture a device makes of its read-out, (views, rows, columns, 1) in [-1, 1].

    Args:
        pixel_spacing: (views, 2), between rows and columns, in mm.
        settings: `RadiographSettings`.
    """
    evened = equalize(log_signal, settings.equalization, settings.scatter_width / pixel_spacing)
    sharp = sharpen(evened, settings.edge_enhancement, settings.edge_width / pixel_spacing)
    return tone_curve(sharp, *settings.tone)
