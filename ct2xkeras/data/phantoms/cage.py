"""The chest and belly wall: the inner surface everything else is placed by, and the outer skin."""

from dataclasses import dataclass

import numpy as np

from ct2xkeras.data.phantoms.patient import Patient
from ct2xkeras.data.phantoms.shapes import capsule, smooth_min, squircle

# Template at levels counted from T1 = 0 downwards (mm): half width, front and back of the wall.
_WIDTH = ((-1.5, 8), (-1.3, 34), (-0.9, 56), (0, 78), (1, 95), (2, 107), (4, 123), (6, 134))
_WIDTH += ((8, 140), (10, 140), (12, 136), (14, 130), (16, 128), (18, 132))
_FRONT = ((-2, -5), (-0.5, 8), (0.5, 20), (1.5, 32), (4, 60), (6, 78), (8, 90), (10, 96), (13, 95))
_FRONT += ((18, 88),)
_BACK = (
    (-2, -20),
    (0, -46),
    (1, -64),
    (3, -86),
    (6, -98),
    (9, -97),
    (11, -90),
    (14, -80),
    (18, -80),
)
_SKIN_WIDTH = ((-3, 58), (-1, 64), (0, 92), (1.5, 132), (3, 146), (5, 150), (8, 154), (11, 148))
_SKIN_WIDTH += ((14, 141), (18, 152))


@dataclass(frozen=True)
class Wall:
    """The trunk's wall as functions of world z (mm).

    Args:
        patient: the build.
        heights, levels: world z of the vertebrae and their levels, to read the template at any z.
    """

    patient: Patient
    heights: np.ndarray
    levels: np.ndarray

    def level(self, z):
        """Vertebral level (T1 = 0, downwards) at a world height."""
        step = (self.levels[-1] - self.levels[0]) / (self.heights[-1] - self.heights[0])
        inner = np.interp(-np.asarray(z), -self.heights, self.levels)
        beyond = np.clip(z, self.heights[-1], self.heights[0])
        return inner + (np.asarray(z) - beyond) * step

    def height(self, level):
        """World z of a vertebral level."""
        return float(np.interp(level, self.levels, self.heights))

    def _read(self, table, z):
        return np.interp(self.level(z), *np.transpose(table)).astype(np.float32)

    def half_width(self, z):
        """Half the inner width."""
        return self._read(_WIDTH, z) * np.float32(self.patient.width)

    def front(self, z):
        """World y of the inner front."""
        bulge = np.interp(self.level(z), (9, 13, 18), (0, 0.6 * self.patient.belly, 0))
        return (self._read(_FRONT, z) * self.patient.depth + bulge).astype(np.float32)

    def back(self, z):
        """World y of the inner back."""
        return self._read(_BACK, z) * np.float32(self.patient.depth)

    def point(self, theta, z, side):
        """World points on the wall; theta is 0 at the back, pi/2 at the flank, pi in front."""
        sine, cosine = np.sin(theta), -np.cos(theta)
        blunt = [np.sign(v) * np.abs(v) ** 0.84 for v in (sine, cosine)]
        middle, half = (self.front(z) + self.back(z)) / 2, (self.front(z) - self.back(z)) / 2
        return np.stack([side * self.half_width(z) * blunt[0], middle + half * blunt[1], z], -1)

    def inner_distance(self, x, y, z):
        """Distance to the inner surface of the wall, negative in the cavity."""
        front, back = self.front(z), self.back(z)
        return squircle(x, y - (front + back) / 2, self.half_width(z), (front - back) / 2)

    def outer_distance(self, x, y, z):
        """Distance to the skin, negative in the body: trunk, neck, shoulders, breasts."""
        body = self._trunk(x, y, z)
        shoulder = self._shoulder(np.abs(x), y, z)
        body = smooth_min(body, shoulder, 30.0)
        return (
            smooth_min(body, self._breast(np.abs(x), y, z), 12.0) if self.patient.female else body
        )

    def _trunk(self, x, y, z):
        patient, level = self.patient, self.level(z)
        wall = patient.muscle + patient.fat
        width = self._read(_SKIN_WIDTH, z) * patient.width + wall
        width = width + np.interp(level, (9, 13, 18), (0, 0.35 * patient.belly, 0))
        fold = np.interp(level, (-3, 0.5, 3, 9, 12), (0.25, 0.45, 0.75, 0.8, 1.0))
        front = self.front(z) + 10 + wall * fold + np.interp(level, (-3, 1), (46, 2))
        front = front + np.interp(level, (8, 13, 18), (0, 0.4 * patient.belly, 0))
        back = self.back(z) - 17 - 0.5 * wall - np.interp(level, (-3, 0, 3), (48, 26, 0))
        width, front, back = (np.float32(v) for v in (width, front, back))
        return squircle(x, y - (front + back) / 2, width, (front - back) / 2)

    def shoulder_line(self):
        """Root and end of the raised right shoulder, world mm."""
        width, depth = self.patient.width, self.patient.depth
        root = np.array([92 * width, -38 * depth, self.height(2.4)])
        end = np.array([205 * width, -22 * depth, self.height(-0.6)])
        return root, end

    def _shoulder(self, side, y, z):
        root, end = self.shoulder_line()
        radius = 50 + 0.35 * self.patient.fat + self.patient.muscle
        return capsule(side, y, z, root, end, radius, radius - 8)

    def _breast(self, side, y, z):
        radius = self.patient.breast
        height = self.height(6.5)
        center = (
            78 * self.patient.width,
            self.front(height) * 0.78 + 0.4 * self.patient.fat,
            height,
        )
        return capsule(side, y, z, center, np.add(center, (6, 16, -18)), radius * 0.8, radius)
