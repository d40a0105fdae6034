"""A few shapes of SVG, in mm, on a light card that is readable in dark themes too."""

from dataclasses import dataclass, field

import numpy as np

INK, SOFT, ACCENT, SECOND = "#1f2933", "#9aa5b1", "#b44d12", "#1d6fa5"


@dataclass
class Drawing:
    """Shapes on a plane whose x grows to the right and y upwards.

    Args:
        low, high: (x, y) corners, mm.
        scale: pixels a mm.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    scale: float = 0.4
    parts: list[str] = field(default_factory=list)

    def place(self, point):
        """Pixels of a point."""
        x, y = np.asarray(point, float) - self.low
        return x * self.scale, (self.high[1] - self.low[1] - y) * self.scale

    def path(self, points, color=INK, width=1.5, dash="", fill="none", closed=False):
        """A line through points."""
        steps = " L ".join("{:.1f} {:.1f}".format(*self.place(point)) for point in points)
        dash = f' stroke-dasharray="{dash}"' if dash else ""
        close = " Z" if closed else ""
        self.parts.append(
            f'<path d="M {steps}{close}" fill="{fill}" stroke="{color}" '
            f'stroke-width="{width}"{dash}/>'
        )

    def arrow(self, start, end, color=INK, width=1.5):
        """A line with a head at its end."""
        start, end = np.asarray(start, float), np.asarray(end, float)
        along = (end - start) / np.linalg.norm(end - start) * 9 / self.scale
        across = np.array([-along[1], along[0]]) * 0.35
        self.path([start, end - along * 0.8], color, width)
        head = [end, end - along + across, end - along - across]
        self.path(head, color, 0.5, fill=color, closed=True)

    def ellipse(self, center, radii, color=SOFT, fill="#eef1f4"):
        """An ellipse by its half axes."""
        turns = np.linspace(0, 2 * np.pi, 65)[:-1]
        ring = np.stack([np.cos(turns), np.sin(turns)], -1) * radii + center
        self.path(ring, color, 1, fill=fill, closed=True)

    def dot(self, center, color=INK, radius=4):
        """A round mark, its radius in pixels."""
        x, y = self.place(center)
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{color}"/>')

    def text(self, point, words, color=INK, anchor="middle", size=13):
        """Words whose middle stands at a point."""
        x, y = self.place(point)
        self.parts.append(
            f'<text x="{x:.1f}" y="{y + size / 3:.1f}" fill="{color}" '
            f'text-anchor="{anchor}" font-size="{size}">{words}</text>'
        )

    def svg(self, title):
        """The file's text; `title` is read to those who do not see it."""
        width, height = (np.subtract(self.high, self.low) * self.scale).round().astype(int)
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
                f'width="{width}" height="{height}" font-family="sans-serif" role="img">',
                f"<title>{title}</title>",
                f'<rect width="{width}" height="{height}" rx="8" fill="#fbfcfd"/>',
                *self.parts,
                "</svg>\n",
            ]
        )
