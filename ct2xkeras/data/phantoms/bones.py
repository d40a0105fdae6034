"""Ribs with their cartilage, sternum, collar bones, shoulder blades, upper arms, iliac crests."""

import numpy as np

from ct2xkeras.data.phantoms.cage import Wall
from ct2xkeras.data.phantoms.canvas import Canvas, blend, paint_bone
from ct2xkeras.data.phantoms.labels import LABELS, SIDES
from ct2xkeras.data.phantoms.patient import stream
from ct2xkeras.data.phantoms.shapes import curve, move, paint_tube, tube_field

RIB_FLATNESS = (1.0, 1.0, 0.55)
CARTILAGE_HU = 105.0
# By rib number: fall from spine to front end (mm), angles (degrees) where it starts and ends on
# the wall (0 at the back, 180 in front).
_DROP = ((1, 30), (4, 60), (7, 84), (9, 90), (10, 84), (11, 58), (12, 38))
_FROM = ((1, 52), (2, 40), (4, 27), (8, 23), (12, 26))
_UNTIL = ((1, 150), (5, 153), (7, 148), (10, 122), (11, 88), (12, 58))


def paint_bones(canvas: Canvas, wall: Wall, spine, seed: int):
    """Everything of bone but the spine."""
    rng = stream(seed, 40)
    _paint_sternum(canvas, wall)
    for side, sign in SIDES.items():
        ends = [_paint_rib(canvas, wall, spine, number, side, rng) for number in range(1, 13)]
        _paint_cartilage(canvas, wall, ends, sign)
        _paint_girdle(canvas, wall, side, sign)
        _paint_crest(canvas, wall, sign)


def rib_points(wall: Wall, bone, number, sign, slope=1.0):
    """Middle line of a rib, (48, 3) world mm, from its vertebra to its front end."""
    tip = bone.size("transverse")
    back = -bone.depth - bone.size("canal")
    head = bone.world(sign * bone.width, -0.75 * bone.depth, 0.55 * bone.half_height)
    neck = bone.world(sign * 0.92 * tip, back - 1, 0.5 * bone.half_height)
    first, last = (np.interp(number, *np.transpose(t)) for t in (_FROM, _UNTIL))
    theta = np.radians(np.linspace(first, last, 9))
    fall = np.interp(number, *np.transpose(_DROP)) * wall.patient.stature * slope
    z = neck[2] - fall * ((1 - np.cos(theta)) / 2) ** 0.85
    return curve([head, neck, *wall.point(theta, z, sign)], 48)


def _paint_rib(canvas, wall, spine, number, side, rng):
    bone = spine[2 + number]
    points = rib_points(wall, bone, number, SIDES[side], rng.normal(1, 0.06))
    radius = (3.4 if number in (1, 11, 12) else 4.2) * bone.scale
    _paint_rod(canvas, points, radius, LABELS[f"rib_{side}_{number}"], wall, RIB_FLATNESS)
    return points[-1]


def _paint_rod(canvas, points, radii, label, wall, flatness=(1.0, 1.0, 1.0), shell=1.7):
    field, window = tube_field(canvas, points, radii, flatness)
    density = wall.patient.bone_density
    if field.size:
        paint_bone(canvas, field, window, 950 * density, 260 * density, shell, label)


def _paint_cartilage(canvas, wall, ends, sign):
    """Ribs 1 to 7 reach the sternum; 8 to 10 lean on the one above."""
    joints = [
        np.array([sign * 17.0, wall.front(z) + 2, z])
        for z in (wall.height(level) for level in np.linspace(2.4, 8.2, 7))
    ]
    for number, end in enumerate(ends[:10]):
        goal = joints[number] if number < 7 else ends[number - 1]
        middle = move((end + goal) / 2, 0, 3, -5 if number > 3 else 0)
        line = curve([end, middle, goal], 12)
        paint_tube(canvas, line, 4.8, CARTILAGE_HU, LABELS["cartilage"])


def _paint_sternum(canvas, wall):
    top, bottom = wall.height(2.1), wall.height(8.9)
    window = canvas.window((-40, -20, bottom), (40, wall.front(bottom) + 40, top))
    x, y, z = canvas.grid(window)
    width = np.interp(wall.level(z), (2.1, 2.6, 3.6, 4, 6.5, 8, 8.9), (22, 27, 16, 14, 18, 12, 4))
    middle = wall.front(z) + 4
    plate = np.maximum(np.abs(x) - width.astype(np.float32), np.abs(y - middle) - 5.5)
    density = wall.patient.bone_density
    paint_bone(canvas, plate, window, 560 * density, 140 * density, 1.4, LABELS["sternum"])


def _paint_girdle(canvas, wall, side, sign):
    root, end = (point * [sign, 1, 1] for point in wall.shoulder_line())
    head = root + 0.48 * (end - root)
    shaft = np.stack([head, end + 0.4 * (end - root)])
    label = LABELS[f"humerus_{side}"]
    _paint_rod(canvas, np.stack([head, move(head, 1, 0, 0)]), 23.0, label, wall, shell=2.0)
    _paint_rod(canvas, shaft, np.array([15.0, 11.0]), label, wall, shell=3.5)
    _paint_clavicle(canvas, wall, side, sign, head)
    _paint_scapula(canvas, wall, side, sign, head)


def _paint_clavicle(canvas, wall, side, sign, head):
    width, z = wall.patient.width, wall.height(2.2)
    front = float(wall.front(z))
    start = np.array([sign * 24.0, front + 5, z])
    bends = [
        [sign * 58 * width, front + 12, z + 2],
        [sign * 100 * width, front - 14, z + 12],
        move(head, -sign * 4, -6, 14),
    ]
    radii = np.interp(np.linspace(0, 1, 16), (0, 0.2, 0.6, 1), (8.0, 6.4, 6.0, 6.8))
    _paint_rod(canvas, curve([start, *bends], 16), radii, LABELS[f"clavicle_{side}"], wall)


def _paint_scapula(canvas, wall, side, sign, head):
    """A thin triangle that slides over the ribs, with its spine, neck and outer border."""
    label, width = LABELS[f"scapula_{side}"], wall.patient.width
    corners = [(60 * width, 1.0), (80 * width, 6.6), (118 * width, 1.9)]
    upper, lower, outer = ((x, wall.height(level)) for x, level in corners)
    sides = sorted((sign * upper[0] * 0.9, sign * outer[0] * 1.1))
    window = canvas.window((sides[0], -170, lower[1]), (sides[1], 0, upper[1]))
    x, y, z = canvas.grid(window)
    sheet = np.abs(wall.inner_distance(x, y, z) - 17) - 1.4
    plate = np.maximum(sheet, _triangle(np.abs(x), z, upper, lower, outer))
    plate = np.maximum(plate, y + 20)
    density = wall.patient.bone_density
    blend(canvas, plate, 520 * density, label, window)
    _paint_scapula_rods(canvas, wall, label, sign, head, lower, outer)


def _paint_scapula_rods(canvas, wall, label, sign, head, lower, outer):
    def on_wall(x, z):
        front, back = float(wall.front(z)), float(wall.back(z))
        u = min(x / float(wall.half_width(z) + 17), 0.97)
        bulge = (1 - u**2) ** 0.5
        return np.array([sign * x, (front + back) / 2 - ((front - back) / 2 + 17) * bulge, z])

    neck = move(head, -sign * 27, -3, -4)
    ridge = [on_wall(lower[0] * 0.8, wall.height(2.3)), move(head, -sign * 30, -34, 10)]
    acromion = move(head, sign * 4, -18, 22)
    border = [on_wall(lower[0] * 1.02, lower[1] + 6), on_wall(outer[0] * 0.98, outer[1] - 30), neck]
    _paint_rod(canvas, curve([*ridge, acromion], 12), 3.6, label, wall)
    _paint_rod(canvas, curve(border, 12), np.linspace(3.4, 8, 12), label, wall)


def _triangle(x, z, *corners):
    """Distance to a triangle in the (x, z) plane, corners in clockwise order."""
    edges = zip(corners, (*corners[1:], corners[0]), strict=True)
    return np.maximum.reduce([_beyond(x, z, start, end) for start, end in edges])


def _beyond(x, z, start, end):
    along = np.subtract(end, start) / np.linalg.norm(np.subtract(end, start))
    return (x - start[0]) * along[1] - (z - start[1]) * along[0]


def _paint_crest(canvas, wall, sign):
    """The wing of the pelvis: a bowl inside the flank below L4."""
    top = wall.height(15.2)
    low, high = sorted((sign * 38.0, sign * 190.0))
    window = canvas.window((low, -130, top - 140), (high, 60, top + 5))
    if not canvas.hu[window].size:
        return
    x, y, z = canvas.grid(window)
    sheet = np.abs(wall.inner_distance(x, y, z) + 6 + (top - z) * 0.12) - 3.2
    rim = z - top + ((y + 15) / 60) ** 2 * 22
    wing = np.maximum(np.maximum(sheet, rim), 44 - np.abs(x))
    density = wall.patient.bone_density
    paint_bone(canvas, wing, window, 720 * density, 250 * density, 1.5, LABELS["pelvis"])
