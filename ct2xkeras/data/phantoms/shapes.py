"""Signed distances (mm, negative inside) of the shapes a body is made of.

Coordinates are open float arrays (x, y, z) that broadcast to (z, y, x). Distances of curved shapes
are exact near the surface to first order, which is what a soft edge needs.
"""

import numpy as np
from scipy.interpolate import CubicSpline

from ct2xkeras.data.phantoms.canvas import Canvas, blend, paint

SQUARENESS = 0.5


def move(point, x, y, z):
    """A point, or points (n, 3), shifted by (x, y, z) mm."""
    return np.asarray(point, float) + np.array([x, y, z], float)


def _floats(values):
    return [float(v) for v in values]


def ellipsoid(x, y, z, center, radii, rotation=None):
    """Distance to an ellipsoid; the columns of `rotation` (3, 3) are its axes in the world."""
    center, radii = _floats(center), _floats(radii)
    p = [x - center[0], y - center[1], z - center[2]]
    if rotation is not None:
        p = [sum(float(rotation[j, i]) * p[j] for j in range(3)) for i in range(3)]
    scaled = sum((p[i] / radii[i]) ** 2 for i in range(3))
    slope = sum((p[i] / radii[i] ** 2) ** 2 for i in range(3))
    length = np.sqrt(scaled)
    return length * (length - 1) / np.sqrt(slope + 1e-12)


def squircle(u, v, width, depth):
    """Distance to a rounded rectangle |u| < width, |v| < depth, between an ellipse and a box."""
    a, b = np.clip(u / width, -1.4, 1.4), np.clip(v / depth, -1.4, 1.4)
    aa, bb = a * a, b * b
    radius = np.sqrt(np.maximum(aa + bb - SQUARENESS * aa * bb, 1e-4))
    slope_u = a * (1 - SQUARENESS * bb) / width
    slope_v = b * (1 - SQUARENESS * aa) / depth
    return (radius - 1) * radius / np.sqrt(slope_u**2 + slope_v**2 + 1e-8)


def capsule(x, y, z, start, end, radius_start, radius_end=None):
    """Distance to a rod with round ends whose radius goes from one value to the other."""
    radius_end = radius_start if radius_end is None else radius_end
    # Python floats, since NumPy's would turn the whole field into float64.
    start, axis = _floats(start), _floats(np.subtract(end, start))
    change, radius_start = float(radius_end - radius_start), float(radius_start)
    px, py, pz = x - start[0], y - start[1], z - start[2]
    along = (px * axis[0] + py * axis[1] + pz * axis[2]) / max(sum(a * a for a in axis), 1e-6)
    along = np.clip(along, 0, 1)
    dx, dy, dz = px - along * axis[0], py - along * axis[1], pz - along * axis[2]
    distance = np.sqrt(dx * dx + dy * dy + dz * dz)
    return distance - (radius_start + along * change)


def smooth_min(a, b, width):
    """Union of two shapes whose crease is rounded over `width` mm."""
    near = np.maximum(width - np.abs(a - b), 0) / width
    return np.minimum(a, b) - near * near * (width / 4)


def curve(points, count):
    """Smooth curve through `points` (n, 3), resampled to `count` points."""
    points = np.asarray(points, float)
    lengths = np.r_[0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]
    return CubicSpline(lengths, points)(np.linspace(0, lengths[-1], count))


def tube_field(canvas: Canvas, points, radii, flatness=(1.0, 1.0, 1.0)):
    """Distance to a bent tube, with the window of the canvas it lies in.

    Args:
        points: (n, 3) world mm along its middle.
        radii: one radius in mm, or one for each point.
        flatness: the section is `radius / flatness` wide along (x, y, z).
    """
    radii = np.broadcast_to(np.asarray(radii, float), len(points))
    reach = radii.max() / np.asarray(flatness) + canvas.voxel
    window = canvas.window(points.min(0) - reach, points.max(0) + reach)
    field = np.full(canvas.hu[window].shape, 1e3, np.float32)
    offset = [part.start for part in window]
    for i in range(len(points) - 1):
        pair = points[i : i + 2]
        part = canvas.window(pair.min(0) - reach, pair.max(0) + reach)
        local = tuple(slice(p.start - o, p.stop - o) for p, o in zip(part, offset, strict=True))
        scaled = (g * f for g, f in zip(canvas.grid(part), flatness, strict=True))
        distance = capsule(*scaled, *(pair * flatness), radii[i], radii[i + 1])
        np.minimum(field[local], distance, out=field[local])
    return field, window


def paint_tube(canvas: Canvas, points, radii, hu, label=None):
    """Paint a bent tube; one thinner than a voxel is painted paler instead of wider."""
    field, window = tube_field(canvas, np.asarray(points, float), radii)
    if field.size:
        strength = min(1.0, (2 * float(np.mean(radii)) / canvas.voxel) ** 2)
        blend(canvas, field, hu, label, window, strength)


def paint_ellipsoid(canvas: Canvas, center, radii, hu, label=None, rotation=None, clip=None):
    """Paint an ellipsoid; `clip(window)` may give a second distance to stay inside of."""
    reach = np.full(3, max(radii)) if rotation is not None else np.asarray(radii, float)
    if clip is None:
        paint(
            canvas,
            np.subtract(center, reach),
            np.add(center, reach),
            lambda x, y, z: ellipsoid(x, y, z, center, radii, rotation),
            hu,
            label,
        )
        return
    reach = reach + canvas.voxel
    window = canvas.window(np.subtract(center, reach), np.add(center, reach))
    if canvas.hu[window].size:
        shape = ellipsoid(*canvas.grid(window), center, radii, rotation)
        blend(canvas, np.maximum(shape, clip[window]), hu, label, window)
