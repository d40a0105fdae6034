"""The spine: separate vertebrae on a curved line, with arch, processes, discs and canal."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from ct2xkeras.data.phantoms.canvas import Canvas, blend, paint_bone
from ct2xkeras.data.phantoms.labels import LABELS, VERTEBRAE
from ct2xkeras.data.phantoms.patient import Patient
from ct2xkeras.data.phantoms.shapes import capsule, move, squircle

FIRST = -3
"""Level of the first vertebra (C5); levels count downwards from T1 = 0, so L1 = 12."""
SHELL = 1.6
CANAL_HU = 15.0
DISC_HU = 85.0

# Template measures in mm at some levels, interpolated for those between.
_MEASURES = {
    "pitch": ((-3, 19), (-1, 19), (0, 20), (5, 24), (11, 30), (12, 33), (14, 36), (17, 32)),
    "disc": ((-3, 4.5), (0, 4), (5, 4.5), (11, 6.5), (12, 8), (15, 11), (16, 10), (17, 2)),
    "width": ((-3, 12), (0, 15), (3, 14), (7, 16), (11, 20), (12, 21), (16, 25), (17, 28)),
    "depth": ((-3, 8.5), (0, 9.5), (5, 13.5), (11, 15.5), (14, 17.5), (17, 15)),
    "transverse": ((-3, 25), (0, 36), (5, 31), (10, 25), (11, 23), (12, 36), (14, 45), (16, 40)),
    "spinous": ((-3, 16), (0, 27), (5, 28), (11, 20), (14, 27), (16, 19), (18, 10)),
    "drop": ((-3, 7), (0, 10), (3, 20), (6, 27), (9, 19), (11, 8), (18, 4)),
    "canal": ((-3, 8.5), (3, 7.5), (10, 8), (14, 10), (18, 8)),
    "pedicle": ((-3, 3.2), (3, 3.4), (11, 4.6), (16, 6.5), (18, 6.5)),
}
_FORWARD = ((-3, 2), (0, -22), (3, -46), (6, -56), (9, -51), (11, -42), (13, -31), (15, -27))
_FORWARD += ((16, -32), (17, -44), (18, -60))


def measure(name, level):
    """Template measure (mm) of a vertebra at a level (T1 = 0, counted downwards)."""
    return np.interp(level, *np.transpose(_MEASURES[name]))


@dataclass(frozen=True)
class Vertebra:
    """One vertebra: where its body's centre lies, how it is turned, how large it is.

    Args:
        center: world mm (3,); axes: (3, 3), columns are its right, front and top in the world.
        half_height, width, depth: of the body (half axes); gap: thickness of the disc below.
    """

    name: str
    level: float
    center: np.ndarray
    axes: np.ndarray
    half_height: float
    width: float
    depth: float
    gap: float
    scale: float

    def size(self, name):
        """Template measure of this vertebra at the patient's scale, in mm."""
        return float(measure(name, self.level)) * self.scale

    def world(self, x, y, z):
        """World point of a point in the vertebra's own axes (mm from the body's centre)."""
        return self.center + self.axes @ np.array([x, y, z], float)


def build_spine(patient: Patient) -> list[Vertebra]:
    """The patient's vertebrae from C5 down. World z = 0 lies between T9 and T10."""
    levels = np.arange(FIRST, FIRST + len(VERTEBRAE), dtype=float)
    pitch = measure("pitch", levels) * patient.stature
    heights = -(np.cumsum(pitch) - pitch / 2)
    heights -= np.interp(8.5, levels, heights)
    line = _center_line(patient, levels, heights)
    slopes = CubicSpline(heights[::-1], line[::-1]).derivative()(heights)
    gaps = measure("disc", levels) * patient.stature
    scale = (patient.stature + patient.width) / 2
    return [
        Vertebra(
            name=VERTEBRAE[i],
            level=level,
            center=np.array([*line[i], heights[i]]),
            axes=_axes(slopes[i], np.radians(-0.5 * line[i][0])),
            half_height=(pitch[i] - gaps[i]) / 2,
            width=float(measure("width", level)) * scale,
            depth=float(measure("depth", level)) * scale,
            gap=gaps[i],
            scale=scale,
        )
        for i, level in enumerate(levels)
    ]


def _center_line(patient, levels, heights):
    """(x, y) of the body centres: scoliosis sideways, kyphosis and lordosis front to back."""
    forward = CubicSpline(*np.transpose(_FORWARD))(levels)
    base = np.interp(levels, (-3, 17), (-30, -38))
    bend = np.where(levels < 10, patient.kyphosis, patient.lordosis)
    bend = np.convolve(np.pad(bend, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    y = (base + (forward - base) * (0.45 + 0.55 * bend)) * patient.depth
    x = patient.scoliosis * np.sin(heights / 75 + patient.scoliosis_phase)
    return np.stack([x * np.cos(heights / 420) ** 2, y], axis=1)


def _axes(slope, twist):
    """Axes of a vertebra on a line of slope (dx/dz, dy/dz), turned about itself by `twist`."""
    up = np.array([slope[0], slope[1], 1.0])
    up /= np.linalg.norm(up)
    right = np.array([np.cos(twist), np.sin(twist), 0.0])
    right -= up * (right @ up)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(up, right), up], axis=1)


def paint_spine(canvas: Canvas, spine, patient: Patient):
    """Paint discs first, then each vertebra with a label of its own."""
    for bone in spine:
        _paint_disc(canvas, bone)
    for bone in spine:
        _paint_vertebra(canvas, bone, patient.bone_density)


def _local(canvas, bone, reach_up, reach_down):
    """Window about a vertebra and coordinates (x, y, z) in its own axes, mm."""
    side = max(bone.size("transverse") + 8, bone.width + 6)
    back = bone.depth + 2 * bone.size("canal") + bone.size("spinous") + 14
    low = bone.center - [side, back, reach_down]
    high = move(bone.center, side, bone.depth + 10, reach_up)
    window = canvas.window(low, high)
    x, y, z = canvas.grid(window)
    offset = (x - bone.center[0], y - bone.center[1], z - bone.center[2])
    axes = bone.axes.astype(np.float32)
    return window, [sum(axes[j, i] * offset[j] for j in range(3)) for i in range(3)]


def _paint_disc(canvas, bone):
    window, (x, y, z) = _local(canvas, bone, 2, bone.half_height + bone.gap + 12)
    if not canvas.hu[window].size:
        return
    middle = -bone.half_height - bone.gap / 2
    around = squircle(x, y, bone.width, bone.depth)
    disc = np.maximum(around, np.abs(z - middle) - bone.gap / 2 - 1)
    blend(canvas, disc, DISC_HU, LABELS["disc"], window)


def _paint_vertebra(canvas, bone, density):
    reach = bone.half_height + 14
    window, (x, y, z) = _local(canvas, bone, reach, reach + bone.size("drop"))
    if not canvas.hu[window].size:
        return
    label = LABELS[f"vertebra_{bone.name}"]
    canal = bone.size("canal")
    middle = -bone.depth - canal
    _clear_canal(canvas, window, x, y - middle, z, bone, canal)
    arch = _arch(x, y, z, bone, middle, canal)
    paint_bone(canvas, arch, window, 800 * density, 300 * density, SHELL, label)
    body = _body(x, y, z, bone)
    paint_bone(canvas, body, window, 680 * density, 165 * density, SHELL, label)


def _clear_canal(canvas, window, x, y, z, bone, canal):
    tunnel = np.maximum(squircle(x, y, canal * 1.25, canal), np.abs(z) - bone.half_height - 4)
    blend(canvas, tunnel, CANAL_HU, LABELS["muscle"], window)


def _body(x, y, z, bone):
    """A drum with a waist and slightly hollow end plates."""
    height = np.clip(z / bone.half_height, -1, 1)
    waist = 0.92 + 0.08 * height**2
    around = squircle(x, y, bone.width, bone.depth) + bone.width * (1 - waist)
    hollow = 1.2 * np.exp(-(x**2 + y**2) / (0.5 * bone.width) ** 2)
    return np.maximum(around, np.abs(z) - bone.half_height + hollow)


def _arch(x, y, z, bone, middle, canal):
    """Pedicles, laminae, articular and transverse processes (mirrored), spinous process."""
    half, thick = bone.half_height, bone.size("pedicle")
    side = np.abs(x)
    corner = (canal * 1.25 + thick, middle, 0.25 * half)
    roof = (0.0, middle - canal - 3, -0.25 * half)
    parts = [
        capsule(side, y, z, (0.62 * bone.width, -0.8 * bone.depth, 0.3 * half), corner, thick),
        capsule(side, y, z, corner, roof, 3.4),
        capsule(side, y, z, *_articular(corner, half), 4.0),
        capsule(side, y, z, corner, _tip(bone, middle), 4.2, 3.2),
        _spinous(x, y, z, bone, roof),
    ]
    return np.minimum.reduce(parts)


def _articular(corner, half):
    x, y, z = corner
    return (x + 1, y - 2, z + 0.75 * half), (x - 1, y - 6, z - 1.05 * half)


def _tip(bone, middle):
    """End of the right transverse process; in the chest it points backwards to carry the rib."""
    back = np.interp(bone.level, (-1, 0, 9, 12), (0, 8, 9, 2))
    return bone.size("transverse"), middle - back, 0.3 * bone.half_height


def _spinous(x, y, z, bone, roof):
    """A blade: thin from side to side, tall in the loins, steep in the chest."""
    length, drop = bone.size("spinous"), bone.size("drop")
    tall = np.interp(bone.level, (9, 12), (1.0, 0.55))
    end = (0.0, roof[1] - length, (roof[2] - drop) * tall)
    start = (0.0, roof[1], roof[2] * tall)
    return capsule(x * 1.15, y, z * tall, start, end, 3.6)
