"""HU texture: correlated noise whose strength depends on the tissue, as in a reconstructed CT."""

import numpy as np

from ct2xkeras.data.phantoms.canvas import Canvas
from ct2xkeras.data.phantoms.labels import LABEL_NAMES
from ct2xkeras.data.phantoms.patient import stream

SOFT, LUNG, BONE, BOWEL = 11.0, 42.0, 55.0, 30.0
GRAIN = 9.0
"""Distance (mm) over which the coarse part of the texture changes."""


def add_texture(canvas: Canvas, seed: int):
    """Add tissue-dependent noise to the canvas; air outside the body stays as it is."""
    rng = stream(seed, 30)
    noise = 0.75 * coarse_noise(rng, canvas) + 0.65 * fine_noise(rng, canvas.hu.shape)
    noise *= strengths()[canvas.labels]
    canvas.hu += noise


def strengths() -> np.ndarray:
    """Standard deviation of the noise (HU) by label, float32 (256,)."""
    table = np.zeros(256, np.float32)
    for number, name in LABEL_NAMES.items():
        table[number] = _strength(name)
    return table


def _strength(name):
    if name in ("air", "airway", "gas"):
        return 0.0
    if name.startswith("lung"):
        return LUNG
    if name == "bowel":
        return BOWEL
    bony = ("vertebra", "rib", "sternum", "clavicle", "scapula", "humerus", "pelvis")
    return BONE if name.startswith(bony) else SOFT


def fine_noise(rng, shape):
    """Unit noise correlated between neighbours, float32."""
    noise = rng.standard_normal(shape, np.float32)
    for axis in range(3):
        noise += np.roll(noise, 1, axis)
    return noise / np.float32(8**0.5)


def coarse_noise(rng, canvas: Canvas):
    """Unit noise on a grid of `GRAIN` mm, interpolated linearly to the canvas, float32."""
    maps = [_interpolation(axis) for axis in canvas.axes]
    noise = rng.standard_normal([m.shape[1] for m in maps], np.float32)
    for axis, matrix in enumerate(maps):
        noise = np.moveaxis(np.tensordot(matrix, noise, (1, axis)), 0, axis)
    return np.ascontiguousarray(noise) / np.float32(0.54)


def _interpolation(axis):
    """Matrix (fine, coarse) that interpolates linearly along one axis."""
    position = (axis - axis[0]) / GRAIN
    first = np.floor(position).astype(int)
    matrix = np.zeros((len(axis), first[-1] + 2), np.float32)
    rows = np.arange(len(axis))
    matrix[rows, first] = 1 - (position - first)
    matrix[rows, first + 1] = position - first
    return matrix
