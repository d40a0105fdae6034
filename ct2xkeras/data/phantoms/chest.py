"""Contents of the chest: lungs with their vessels, heart, great vessels, airway, mediastinum."""

import numpy as np

from ct2xkeras.data.phantoms.cage import Wall
from ct2xkeras.data.phantoms.canvas import Canvas, blend
from ct2xkeras.data.phantoms.labels import LABELS, SIDES
from ct2xkeras.data.phantoms.patient import stream
from ct2xkeras.data.phantoms.shapes import (
    capsule,
    curve,
    ellipsoid,
    move,
    paint_tube,
    smooth_min,
    squircle,
    tube_field,
)

BLOOD_HU = 45.0
MEDIASTINUM_HU = -5.0
PLEURA = 4.0
"""Distance (mm) from the middle of the ribs to the lung."""


def dome_tops(wall: Wall) -> dict[str, float]:
    """World z of the top of the diaphragm on each side: the right one stands higher."""
    right = wall.height(8.3) - wall.patient.inspiration
    return {"right": right, "left": right - 13.0 * wall.patient.stature}


def diaphragm(wall: Wall, x, y):
    """World z of the diaphragm over (x, y): two domes that fall steeply behind and at the sides."""
    tops, width = dome_tops(wall), 142.0 * wall.patient.width
    depth = wall.patient.depth
    return -smooth_min(
        *(-_dome(x - SIDES[side] * 0.46 * width, y, tops[side], width, depth) for side in SIDES),
        20.0,
    )


def _dome(x, y, top, width, depth):
    across, along = x / (0.62 * width), (y - 8) / (98 * depth)
    radius = across**2 + along**2
    fall = 62 + 40 * np.clip(-along, 0, 1)
    return top - fall * radius**1.5


def paint_chest(canvas: Canvas, wall: Wall, spine, seed: int, inner, lid):
    """Paint the chest.

    Args:
        inner: distance to the inner wall, negative in the cavity, (z, y, x) mm.
        lid: height above the diaphragm, (z, y, x) mm.
    """
    _, y, _ = canvas.grid()
    lung = np.maximum(np.maximum(inner + PLEURA, -lid), -_beside_spine(canvas, spine))
    density = wall.patient.lung_hu + np.interp(y, (-90, 90), (45, -25)).astype(np.float32)
    for side, sign in SIDES.items():
        half = _side(canvas, sign)
        blend(canvas, lung[half], density, LABELS[f"lung_{side}"], half)
    core = _core(canvas, wall, spine)
    blend(
        canvas, np.maximum(core, np.maximum(inner, -lid - 3)), MEDIASTINUM_HU, LABELS["mediastinum"]
    )
    lung = np.maximum(lung, -core)
    _paint_heart(canvas, wall, inner, lid)
    _paint_great_vessels(canvas, wall, spine)
    for sign in SIDES.values():
        _paint_tree(canvas, wall, spine, stream(seed, 10 + int(sign)), sign, lung)
    _paint_airway(canvas, wall, spine)


def _side(canvas, sign):
    """Window of one side of the body."""
    middle = int(np.searchsorted(canvas.axes[2], 0.0))
    return np.s_[:, :, middle:] if sign > 0 else np.s_[:, :, :middle]


def _spine_at(canvas, spine):
    """(x, y) of the spine at each height of the canvas, arrays (z, 1, 1)."""
    centers = np.array([bone.center for bone in spine])[::-1]
    z = canvas.axes[0]
    x, y = (np.interp(z, centers[:, 2], centers[:, i]).astype(np.float32) for i in (0, 1))
    return x[:, None, None], y[:, None, None]


def _beside_spine(canvas, spine):
    """Distance to the tissue round the spine that the lungs leave free."""
    x, y, _ = canvas.grid()
    middle, front = _spine_at(canvas, spine)
    column = squircle(x - middle, y - front, 21.0, 19.0)
    return np.minimum(column, squircle(x - middle, y - front + 45, 34.0, 36.0))


def _core(canvas, wall, spine):
    """Distance to the mediastinum: round trachea and great vessels, a septum in front, the hila."""
    x, y, z = canvas.grid()
    _, front = _spine_at(canvas, spine)
    level = wall.level(z)
    width = np.interp(level, (-1, 1, 3, 6, 10), (30, 27, 27, 17, 22)).astype(np.float32)
    tube = squircle(x - 2, y - front - 36, width, 34.0)
    septum = np.maximum(np.abs(x - 2) - 5, front + 20 - y)
    return smooth_min(tube, septum, 10.0)


def heart_center(wall: Wall) -> np.ndarray:
    """World mm of the middle of the heart: left of the midline, in front, on the diaphragm."""
    z = min(dome_tops(wall).values()) + 24 * wall.patient.heart * wall.patient.stature
    return np.array([-27.0 * wall.patient.width, float(wall.front(z)) - 62.0, z])


def _paint_heart(canvas, wall, inner, lid):
    """Left ventricle, right side of the heart and outflow as one rounded shape with its fat."""
    size = wall.patient.heart * wall.patient.stature
    center = heart_center(wall)
    low, high = center - 105 * size, center + 110 * size
    window = canvas.window(low, high)
    if not canvas.hu[window].size:
        return
    x, y, z = canvas.grid(window)
    axes = np.linalg.qr(np.array([[-0.72, 0.36, -0.60], [0.4, 0.9, 0.05], [-0.6, 0.2, 0.8]]).T)[0]
    left = ellipsoid(x, y, z, center + np.array([-4, 2, 2]), np.array([64, 44, 44]) * size, axes)
    right = center + np.array([38.0, 0.0, 14.0]) * size
    atrium = ellipsoid(x, y, z, right, np.array([26.0, 34.0, 44.0]) * size)
    ends = center + np.array([[12, 2, 30], [14, -2, 82]]) * size
    outflow = capsule(x, y, z, *ends, 30 * size, 17 * size)
    heart = smooth_min(smooth_min(left, atrium, 18.0), outflow, 18.0)
    heart = np.maximum(heart, np.maximum(inner[window] + 5, 2 - lid[window]))
    blend(canvas, heart - 4, -60.0, LABELS["mediastinum"], window)
    blend(canvas, heart, BLOOD_HU, LABELS["heart"], window)


def _paint_great_vessels(canvas, wall, spine):
    center, size = heart_center(wall), wall.patient.stature
    front = {bone.name: move(bone.center, 0, bone.depth, 0) for bone in spine}
    arch = front["T4"] + np.array([-8, 32, 8 * size])
    aorta = [
        move(center, 14, 2, 45 * size),
        move(front["T5"], 22, 62, 4),
        move(arch, 10, 14, 2),
        move(arch, -25, -14, -2),
        move(front["T5"], -25, 4, -6),
        move(front["T8"], -20, 6, 0),
        move(front["T11"], -10, 10, 0),
        move(front["L2"], -5, 13, 0),
        move(front["L4"], -3, 13, 0),
    ]
    points = curve(aorta, 36)
    radii = np.interp(np.linspace(0, 1, 36), (0, 0.25, 0.4, 1), (16, 15, 13, 9)) * size
    field, window = tube_field(canvas, points, radii)
    blend(canvas, field, BLOOD_HU, LABELS["aorta"], window)
    cava = [move(front["T2"], 24, 42, 0), move(front["T5"], 28, 52, 0), move(center, 50, -5, 30)]
    paint_tube(canvas, curve(cava, 10), 10.0, BLOOD_HU, LABELS["mediastinum"])
    for sign in SIDES.values():
        neck = [move(front["C6"], sign * 22, 20, 0), move(front["T2"], sign * 20, 38, 0), arch]
        paint_tube(canvas, curve(neck, 8), 5.0, BLOOD_HU, LABELS["mediastinum"])


def hilum(wall: Wall, spine, sign) -> np.ndarray:
    """World mm of a lung's root."""
    bone = next(b for b in spine if b.name == "T6")
    return np.array([sign * 36.0 * wall.patient.width, bone.center[1] + 48, bone.center[2]])


def _paint_tree(canvas, wall, spine, rng, sign, lung):
    """Arteries and veins of a lung as branching rods that thin out towards the pleura."""
    root = hilum(wall, spine, sign)
    trunk = move(root * [0.2, 1, 1], 0, 4, 6)
    paint_tube(canvas, np.stack([trunk, root]), 10.0, BLOOD_HU, LABELS["pulmonary_vessels"])
    for target in ((0.6, 0.1, 1.0), (1.0, 0.6, 0.2), (1.0, -0.6, -0.2), (0.5, -0.3, -1.0)):
        heading = np.array(target) * [sign, 1, 1] + rng.normal(0, 0.12, 3)
        _grow(canvas, rng, root, heading / np.linalg.norm(heading), 5.6, 34.0, lung)


def _grow(canvas, rng, start, heading, radius, length, lung):
    if radius < 1.0:
        return
    end = start + heading * length * rng.uniform(0.7, 1.2)
    _paint_vessel(canvas, start, end, radius, lung)
    for _ in range(2):
        turned = heading + rng.normal(0, 0.42, 3)
        turned /= np.linalg.norm(turned)
        _grow(canvas, rng, end, turned, radius * rng.uniform(0.62, 0.82), length * 0.82, lung)


def _paint_vessel(canvas, start, end, radius, lung):
    pair = np.stack([start, end])
    field, window = tube_field(canvas, pair, (radius, radius * 0.8))
    if field.size:
        strength = min(1.0, (2 * radius / canvas.voxel) ** 2)
        inside = np.maximum(field, lung[window] + 1)
        blend(canvas, inside, 30.0, LABELS["pulmonary_vessels"], window, strength)


def _paint_airway(canvas, wall, spine):
    front = {bone.name: move(bone.center, 0, bone.depth, 0) for bone in spine}
    carina = move(front["T5"], 3, 26, -4)
    trachea = [move(front["C5"], 0, 18, 0), move(front["T1"], 0, 18, 0), carina]
    size = wall.patient.stature
    for radius, hu, label in ((10.5, 25.0, "mediastinum"), (8.2, -1000.0, "airway")):
        paint_tube(canvas, curve(trachea, 12), radius * size, hu, LABELS[label])
        for sign, drop in ((1.0, 26), (-1.0, 20)):
            branch = np.stack([carina, move(carina, sign * 34, -6, -drop * size)])
            paint_tube(canvas, branch, radius * 0.72 * size, hu, LABELS[label])
