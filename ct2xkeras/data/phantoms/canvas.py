"""The grid a phantom is painted on: soft-edged blending of shapes given by signed distances.

A shape is a function of world coordinates that returns the distance to its surface in mm,
negative inside. Its edge is spread over one voxel, so that a voxel holds the mean of what lies in
it (partial volume) and projections stay smooth on coarse grids. A shape is evaluated in its
bounding box only.
"""

from dataclasses import dataclass

import numpy as np

AIR_HU = -1000.0


@dataclass
class Canvas:
    """Volume under construction.

    Attributes:
        hu: float32 (z, y, x).
        labels: uint8 (z, y, x).
        axes: world coordinates (mm, float32) of the voxel centres along (z, y, x).
    """

    hu: np.ndarray
    labels: np.ndarray
    axes: tuple[np.ndarray, np.ndarray, np.ndarray]

    @property
    def voxel(self) -> float:
        """Side (mm) of the cube as large as a voxel: the width of a soft edge."""
        steps = [axis[1] - axis[0] if len(axis) > 1 else 1.0 for axis in self.axes]
        return float(np.prod(steps) ** (1 / 3))

    def grid(self, window=(slice(None),) * 3):
        """World coordinates (x, y, z) of a window, open arrays that broadcast to (z, y, x)."""
        z, y, x = (axis[part] for axis, part in zip(self.axes, window, strict=True))
        return x[None, None, :], y[None, :, None], z[:, None, None]

    def window(self, low, high):
        """Slices (z, y, x) of the voxels between world points `low` and `high` (x, y, z)."""
        bounds = zip(self.axes, low[::-1], high[::-1], strict=True)
        return tuple(slice(*np.searchsorted(axis, (a, b))) for axis, a, b in bounds)


def new_canvas(shape, spacing, center=(0.0, 0.0, 0.0)) -> Canvas:
    """Air on a grid of (z, y, x) voxels, `spacing` (z, y, x) mm, about a world point (x, y, z)."""
    axes = tuple(
        (middle + step * (np.arange(count) - (count - 1) / 2)).astype(np.float32)
        for count, step, middle in zip(shape, spacing, center[::-1], strict=True)
    )
    return Canvas(np.full(shape, AIR_HU, np.float32), np.zeros(shape, np.uint8), axes)


def blend(canvas: Canvas, distance, hu, label=None, window=(slice(None),) * 3, strength=1.0):
    """Mix `hu` into a window, in proportion to how much of each voxel the shape covers."""
    covered = np.clip(0.5 - distance / canvas.voxel, 0, 1)
    if strength < 1:
        covered *= strength
    block = canvas.hu[window]
    block += covered * (hu - block)
    if label is not None:
        canvas.labels[window][covered >= 0.5] = label


def paint(canvas: Canvas, low, high, shape, hu, label=None):
    """Paint `shape(x, y, z) -> distance` inside the box from `low` to `high` (x, y, z in mm)."""
    margin = canvas.voxel
    window = canvas.window(np.subtract(low, margin), np.add(high, margin))
    if canvas.hu[window].size:
        blend(canvas, shape(*canvas.grid(window)), hu, label, window)


def paint_bone(canvas: Canvas, distance, window, cortical, inner, shell, label, strength=1.0):
    """A shell of cortical bone, `shell` mm thick, round an inside of `inner` HU."""
    blend(canvas, distance, cortical, label, window, strength)
    blend(canvas, distance + shell, inner, None, window, strength)
