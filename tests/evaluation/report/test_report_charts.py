import math
import re
from xml.etree import ElementTree

import pytest

from ct2xkeras.evaluation.report.charts import line_chart, nice_ticks, shown_tick


@pytest.mark.parametrize(
    ("low", "high", "num", "expected"),
    [
        (0, 10, 5, (0, 2, 4, 6, 8, 10)),
        (0.013, 0.094, 4, (0.02, 0.04, 0.06, 0.08)),
        (-1.2, 1.3, 4, (-1, -0.5, 0, 0.5, 1)),
        (400, 13904, 4, (2000, 4000, 6000, 8000, 10000, 12000)),
    ],
)
def test_ticks_are_round_numbers_inside(low, high, num, expected):
    assert nice_ticks(low, high, num) == pytest.approx(expected)


def test_ticks_are_short():
    assert [shown_tick(v) for v in (0.3, 950, 12000, 2.5e6)] == ["0.3", "950", "12k", "2.5M"]


def parsed(svg):
    return ElementTree.fromstring(svg)


def test_a_line_runs_from_corner_to_corner_of_its_values():
    svg = parsed(line_chart("Loss", {"loss": [(0, 1.0), (50, 2.0), (100, 3.0)]}, "images"))
    (line,) = svg.iter("polyline")
    places = [tuple(map(float, place.split(","))) for place in line.get("points").split()]
    (x0, y0), (x1, y1), (x2, y2) = places
    assert x1 - x0 == pytest.approx(x2 - x1)
    assert y0 - y1 == pytest.approx(y1 - y2)
    assert y0 > y2  # upwards on the screen
    assert svg.get("aria-label") == "Loss"
    assert "images" in [text.text for text in svg.iter("text")]


def test_values_that_are_not_finite_make_gaps():
    points = [(0, 1.0), (1, 2.0), (2, math.nan), (3, 1.0), (4, math.inf), (5, 2.0), (6, 2.0)]
    svg = parsed(line_chart("t", {"a": points}, "x"))
    assert len(list(svg.iter("polyline"))) == 2
    assert len(list(svg.iter("circle"))) == 1  # a point on its own
    assert line_chart("t", {"a": [(0, math.nan)]}, "x") == ""


def test_constant_and_single_values_can_be_drawn():
    for points in ([(0, 2.0), (9, 2.0)], [(3, 0.0)], [(3, -1e9)]):
        svg = parsed(line_chart("t", {"a": points}, "x"))
        (drawn,) = [*svg.iter("polyline"), *svg.iter("circle")]
        assert "nan" not in "".join(drawn.attrib.values())


def test_several_lines_have_a_legend_and_colours_of_their_own():
    svg = line_chart("t", {"one": [(0, 1), (1, 2)], "two": [(0, 2), (1, 1)]}, "x")
    assert len(set(re.findall(r"polyline class=\"line (colour-\d)", svg))) == 2
    assert {"one", "two"} <= {text.text for text in parsed(svg).iter("text")}


def test_names_are_no_markup():
    svg = line_chart("<script>", {"<b>": [(0, 1), (1, 2)], "&": [(0, 1), (1, 2)]}, "</text>")
    texts = {text.text for text in parsed(svg).iter("text")}
    assert {"<script>", "<b>", "&", "</text>"} <= texts
