"""Finds small patches of one picture in another, to a fraction of a pixel."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import gaussian_gradient_magnitude, map_coordinates

PATCH = 16  # side of a patch, pixels
SEARCH = 8  # farthest that a patch is looked for, pixels along each axis
MARGIN = PATCH / 2 + SEARCH + 1  # least distance of a patch's middle from the border
SMOOTHING = 1.0  # standard deviation of the gradient's Gaussian, pixels
TINY = 1e-12


def edges(picture):
    """Length of the grey values' gradient at each pixel: (h, w) to (h, w), float64.

    It has no sign: an edge is one whichever side is brighter.
    """
    return gaussian_gradient_magnitude(np.asarray(picture, np.float64), SMOOTHING)


def find_patches(reference, picture, points, guesses):
    """Where patches of a reference lie in a picture, relative to a guess.

    Each patch is compared with all places up to `SEARCH` pixels from its guess by normalised
    correlation; the best place is refined by the shift that, with a brightness and a contrast,
    explains the reference's patch best (Lucas & Kanade 1981). Equal patches give exactly 0.

    Args:
        reference, picture: (h, w), grey values or `edges`.
        points: (n, 2) middles of patches in the reference, (row, column) in pixels.
        guesses: (n, 2) where to look for them in the picture, each `searchable`.

    Returns:
        (n, 2) found place minus guess, in pixels; NaN where the picture shows nothing at all.
    """
    wanted = cut(reference, points, PATCH)
    wanted = wanted - wanted.mean(axis=(1, 2), keepdims=True)
    around = cut(picture, guesses, PATCH + 2 * (SEARCH + 1))  # a pixel more, for slopes
    windows = sliding_window_view(around, (PATCH, PATCH), axis=(1, 2))
    shifts = _shifts()
    scores = np.stack([_correlation(wanted, windows[:, r, c]) for r, c in shifts + SEARCH + 1])
    best = shifts[np.argmax(scores, axis=0)]
    found = best + _fraction(wanted, windows, best + SEARCH + 1)
    return np.where(np.any(scores != 0, axis=0)[:, None], found, np.nan)


def searchable(points, size):
    """Which points (n, 2) lie so far inside a picture (h, w) that a patch can be looked for: (n,).

    Points behind the source, NaN, do not.
    """
    with np.errstate(invalid="ignore"):
        return np.all((points >= MARGIN) & (points <= np.array(size) - 1 - MARGIN), axis=-1)


def _shifts():
    """All in whole pixels, (num, 2), shortest first: of equal scores the nearest place counts."""
    steps = np.arange(-SEARCH, SEARCH + 1)
    shifts = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2)
    return shifts[np.argsort(np.sum(shifts**2, axis=1), kind="stable")]


def cut(picture, points, side):
    """Square windows about points, between pixels too: (n, side, side)."""
    offsets = np.arange(side) - (side - 1) / 2
    rows, columns = (points[:, axis, None] + offsets for axis in (0, 1))
    places = np.broadcast_arrays(rows[:, :, None], columns[:, None, :])
    return map_coordinates(picture, places, order=1, mode="nearest")


def _correlation(wanted, window):
    """Normalised correlation; 0 for patches without contrast: (n,)."""
    product = np.einsum("nij,nij->n", wanted, window)
    spread = np.einsum("nij,nij->n", window, window) - window.sum(axis=(1, 2)) ** 2 / PATCH**2
    energy = np.einsum("nij,nij->n", wanted, wanted) * np.maximum(spread, 0)
    return np.where(energy > TINY, product / np.sqrt(np.maximum(energy, TINY)), 0.0)


def _fraction(wanted, windows, places):
    """What remains of the shift when each patch was found at a whole pixel (n, 2): (n, 2).

    Least squares of `wanted = contrast (window + shift . slope) + brightness`; at most a pixel
    along each axis.
    """
    count = len(wanted)

    def at(row, column):
        rows, columns = (places + np.array([row, column])).T
        return windows[np.arange(count), rows, columns].reshape(count, -1)

    slopes = [(at(1, 0) - at(-1, 0)) / 2, (at(0, 1) - at(0, -1)) / 2]
    causes = np.stack([at(0, 0), *slopes, np.ones((count, PATCH**2))], axis=-1)
    parts = (np.linalg.pinv(causes) @ wanted.reshape(count, -1, 1))[..., 0]
    return np.clip(parts[:, 1:3] / np.maximum(parts[:, :1], TINY), -1, 1)
