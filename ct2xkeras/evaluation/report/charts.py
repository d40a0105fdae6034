"""Line charts as SVG text: pure functions, coloured by the page's CSS."""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 54, 10, 28, 40  # margins about the plot
NUM_TICKS = {"x": 4, "y": 3}  # at least
NUM_COLOURS = 6
LEGEND_STEP = 14
LONG_NAME = 20  # letters, of which half a line has room for


@dataclass(frozen=True)
class Scale:
    """Where values lie along an axis.

    Args:
        low, high: values at its ends, low < high.
        start, end: their places in the picture.
        ticks: values that are written.
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def __call__(self, value):
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def line_chart(title, series, x_label, y_label=""):
    """An SVG of lines.

    Args:
        title: above the chart, and its name for screen readers.
        series: {name: [(x, y)]}, x rising; a y that is not finite makes a gap.
        x_label, y_label: of the axes, with units.

    Returns:
        text of an `<svg>` element; empty where no y is finite.
    """
    points = [point for line in series.values() for point in line if math.isfinite(point[1])]
    if not points:
        return ""
    bottom = HEIGHT - BOTTOM
    x = _scale([point[0] for point in points], LEFT, WIDTH - RIGHT, "x")
    y = _scale([point[1] for point in points], bottom, TOP, "y")
    columns = 1 if max(map(len, series)) > LONG_NAME else 2
    legend_lines = math.ceil(len(series) / columns) if len(series) > 1 else 0
    height = HEIGHT + LEGEND_STEP * legend_lines
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">',
        f'<text class="title" x="{LEFT}" y="16">{escape(title)}</text>',
        *_y_axis(y),
        *_x_axis(x, bottom),
        f'<text class="label" x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">'
        f"{escape(x_label)}</text>",
    ]
    if y_label:
        parts.append(
            f'<text class="label" x="{WIDTH - RIGHT}" y="16" text-anchor="end">'
            f"{escape(y_label)}</text>"
        )
    for index, (name, line) in enumerate(series.items()):
        parts += _line(line, x, y, index % NUM_COLOURS)
        if legend_lines:
            parts += _legend_entry(name, index, columns)
    return "".join([*parts, "</svg>"])


def nice_ticks(low, high, num):
    """Round values within [low, high], 1, 2 or 5 times a power of ten apart: about `num` or more,
    less than 2.5 times as many."""
    rough = (high - low) / num
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (5, 2, 1) if power * factor <= rough * 1.001)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(index * step for index in range(first, last + 1))


def shown_tick(value):
    """A tick's value, thousands and millions by k and M."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.6g}{unit}"
    return f"{value:.6g}"


def _scale(values, start, end, axis):
    low, high = min(values), max(values)
    if high <= low:  # one value: it lies in the middle
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    elif axis == "y":
        low, high = low - 0.05 * (high - low), high + 0.05 * (high - low)
    return Scale(low, high, start, end, nice_ticks(low, high, NUM_TICKS[axis]))


def _y_axis(y):
    for value in y.ticks:
        place = f"{y(value):.1f}"
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{place}" y2="{place}"/>'
        yield (
            f'<text class="tick" x="{LEFT - 6}" y="{place}" text-anchor="end" '
            f'dominant-baseline="middle">{shown_tick(value)}</text>'
        )


def _x_axis(x, bottom):
    yield f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{bottom}" y2="{bottom}"/>'
    for value in x.ticks:
        yield (
            f'<text class="tick" x="{x(value):.1f}" y="{bottom + 15}" text-anchor="middle">'
            f"{shown_tick(value)}</text>"
        )


def _line(line, x, y, colour):
    for piece in _finite_pieces(line):
        places = [f"{x(a):.1f},{y(b):.1f}" for a, b in piece]
        if len(piece) == 1:
            a, b = places[0].split(",")
            yield f'<circle class="dot colour-{colour}" cx="{a}" cy="{b}" r="3"/>'
        else:
            yield f'<polyline class="line colour-{colour}" points="{" ".join(places)}"/>'


def _finite_pieces(line):
    pieces = [[]]
    for point in line:
        if math.isfinite(point[1]):
            pieces[-1].append(point)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _legend_entry(name, index, columns):
    left = LEFT + index % columns * (WIDTH - LEFT) // columns
    place = HEIGHT + LEGEND_STEP * (index // columns) + 4
    colour = index % NUM_COLOURS
    yield (
        f'<line class="line colour-{colour}" x1="{left}" x2="{left + 16}" '
        f'y1="{place - 4}" y2="{place - 4}"/>'
    )
    yield f'<text class="tick" x="{left + 21}" y="{place}">{escape(name)}</text>'
