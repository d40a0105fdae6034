"""Contents of the belly: liver, spleen, stomach, kidneys, bowel with gas, muscles of the back."""

import numpy as np

from ct2xkeras.data.phantoms.cage import Wall
from ct2xkeras.data.phantoms.canvas import Canvas, blend
from ct2xkeras.data.phantoms.chest import dome_tops
from ct2xkeras.data.phantoms.labels import LABELS, SIDES
from ct2xkeras.data.phantoms.patient import stream
from ct2xkeras.data.phantoms.shapes import curve, move, paint_ellipsoid, paint_tube

MUSCLE_HU = 55.0
FAT_HU = -100.0
GAS_HU = -960.0


def paint_abdomen(canvas: Canvas, wall: Wall, spine, seed: int, inner, lid):
    """Paint the belly; `inner` and `lid` as in `paint_chest`."""
    room = np.maximum(inner + 9, lid + 4)
    base = FAT_HU + 130 * (1 - wall.patient.visceral_fat)
    blend(canvas, room, base, LABELS["abdomen"])
    bones = {bone.name: bone for bone in spine}
    _paint_back_muscles(canvas, bones)
    _paint_kidneys(canvas, wall, bones, room)
    _paint_bowel(canvas, wall, bones, stream(seed, 20), room)
    _paint_spleen(canvas, wall, room)
    _paint_liver(canvas, wall, room)
    _paint_stomach(canvas, wall, stream(seed, 21), room)


def _paint_back_muscles(canvas, bones):
    """Erector of the spine; psoas, which shows as a slanting line on a radiograph."""
    names = ("T9", "T12", "L2", "L4", "S1", "S2")
    for sign in SIDES.values():
        back = [move(bones[name].center, sign * 30, -bones[name].depth - 32, 0) for name in names]
        paint_tube(canvas, curve(back, 14), 27.0, MUSCLE_HU, LABELS["muscle"])
    for sign in SIDES.values():
        names = ("T12", "L2", "L4", "S1", "S2")
        aside, ahead = (25, 34, 46, 58, 66), (0, 2, 6, 18, 30)
        line = [
            move(bones[name].center, sign * x, y, 0)
            for name, x, y in zip(names, aside, ahead, strict=True)
        ]
        radii = np.interp(np.linspace(0, 1, 12), (0, 0.3, 0.7, 1), (8, 17, 24, 22))
        paint_tube(canvas, curve(line, 12), radii, MUSCLE_HU, LABELS["muscle"])


def _paint_kidneys(canvas, wall, bones, room):
    size = wall.patient.stature
    for side, sign in SIDES.items():
        center = move(bones["L1"].center, sign * 62 * wall.patient.width, -2, 10 - 12 * (sign > 0))
        tilt = np.radians(14) * sign
        axes = np.array(
            [[np.cos(tilt), 0, np.sin(tilt)], [0, 1, 0], [-np.sin(tilt), 0, np.cos(tilt)]]
        )
        for grow, hu, label in ((11, FAT_HU, "abdomen"), (0, 34.0, f"kidney_{side}")):
            radii = np.array([28, 25, 54]) * size + grow
            paint_ellipsoid(canvas, center, radii, hu, LABELS[label], axes, room)
        paint_ellipsoid(canvas, center - [sign * 12, 0, 0], (10, 9, 20), -60.0, None, None, room)


def _paint_liver(canvas, wall, room):
    """The space under the right dome down to a slanting edge, with a lobe across the midline."""
    size, width = wall.patient.stature, wall.patient.width
    top = dome_tops(wall)["right"]
    low, high = (-75 * width, -140, top - 190 * size), (180, 140, top + 20)
    window = canvas.window(low, high)
    if not canvas.hu[window].size:
        return
    x, y, z = canvas.grid(window)
    edge = top - 165 * size + (150 * width - x) * 0.58 * size + np.clip(y, 0, None) * 0.15
    thickness = -60 * width - x + (top - z) * 0.45 + np.clip(-20 - y, 0, None) * 1.1
    liver = np.maximum(np.maximum((edge - z) * 0.85, thickness * 0.7), room[window])
    blend(canvas, liver, wall.patient.liver_hu, LABELS["liver"], window)


def _paint_spleen(canvas, wall, room):
    size = wall.patient.stature
    center = np.array([-98 * wall.patient.width, -48, dome_tops(wall)["left"] - 62 * size])
    paint_ellipsoid(
        canvas, center, np.array([34, 46, 56]) * size, 48.0, LABELS["spleen"], clip=room
    )


def _paint_stomach(canvas, wall, rng, room):
    """A sac under the left dome; its gas bubble, of any size, sits at the top."""
    size = wall.patient.stature
    top = dome_tops(wall)["left"]
    center = np.array([-58 * wall.patient.width, 28.0, top - 62 * size])
    paint_ellipsoid(
        canvas, center, np.array([46, 44, 62]) * size, 32.0, LABELS["stomach"], clip=room
    )
    radii = np.array([32, 30, 20]) * rng.uniform(0.35, 1.1) * size
    bubble = np.array([center[0] + rng.uniform(-10, 10), 26.0, top - 14 - radii[2]])
    paint_ellipsoid(canvas, bubble, radii, GAS_HU, LABELS["gas"], clip=room + 5)


def _colon(wall, bones):
    """Middle line of the colon: up on the right, across in front, down on the left."""
    width, front = wall.patient.width, 40.0
    at = {name: bones[name].center[2] for name in ("T12", "L1", "L2", "L3", "L5")}
    corners = [
        (96 * width, 12, at["L5"] - 10),
        (104 * width, 8, at["L3"]),
        (90 * width, 22, at["L2"] + 12),
        (45 * width, front + 20, at["L3"] + 5),
        (-10 * width, front + 28, at["L3"] - 4),
        (-60 * width, front + 8, at["L2"]),
        (-104 * width, 0, at["T12"] - 8),
        (-112 * width, -12, at["L2"]),
        (-108 * width, -5, at["L5"]),
    ]
    return curve(corners, 56)


def _paint_bowel(canvas, wall, bones, rng, room):
    _paint_small_bowel(canvas, wall, bones, rng, room)
    line = _colon(wall, bones)
    radii = 19 + 3 * np.sin(np.arange(len(line)) * 1.9)
    paint_tube(canvas, line, radii, 38.0, LABELS["bowel"])
    paint_tube(canvas, line, radii - 4, rng.uniform(-60, 20), LABELS["bowel"])
    for start in rng.choice(len(line) - 8, rng.integers(2, 6), replace=False):
        part = move(line[start : start + rng.integers(3, 8)], 0, 4, 3)
        sacs = (radii[start : start + len(part)] - 5) * rng.uniform(0.6, 1.0)
        paint_tube(canvas, part, sacs, GAS_HU, LABELS["gas"])


def _paint_small_bowel(canvas, wall, bones, rng, room):
    """Loops as lumps of soft tissue, some with gas inside."""
    low, high = bones["S1"].center[2] - 20, bones["L1"].center[2] - 15
    for _ in range(34):
        center = np.array([rng.normal(0, 45), rng.uniform(0, 62), rng.uniform(low, high)])
        radii = rng.uniform(11, 22, 3)
        paint_ellipsoid(canvas, center, radii, rng.uniform(15, 45), LABELS["bowel"], clip=room)
        if rng.random() < 0.28:
            gas = radii * rng.uniform(0.4, 0.8)
            paint_ellipsoid(canvas, center, gas, GAS_HU, LABELS["gas"], clip=room)
