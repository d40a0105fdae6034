"""Draws the figures of docs/geometry.md from ct2xkeras.geometry: python docs/drawings/draw.py."""

import sys
from pathlib import Path

import numpy as np
from svg import ACCENT, INK, SECOND, SOFT, Drawing

from ct2xkeras.geometry import CArmPose, Detector, beam_direction, project_points, source_position

HERE = Path(__file__).parent
SDD, SOD = 1000.0, 700.0
HALF_PLATE = 170.0  # mm, of the detector as it is drawn


def drawings():
    """{file name: SVG}."""
    return {
        "primary.svg": primary(),
        "secondary.svg": secondary(),
        "distances.svg": distances(),
        "picture.svg": picture(),
    }


def c_arm(drawing, pose, see, color, name, label=65):
    """Source, central ray and detector of a pose.

    Args:
        see: makes plane coordinates of world points.
        label: how far beyond the detector its name stands, mm.
    """
    source, beam = source_position(pose), beam_direction(pose)
    across = np.array([-see(beam)[1], see(beam)[0]]) * HALF_PLATE
    center = see(source + SDD * beam)
    drawing.path([see(source), center], color, 1.2, dash="5 4")
    drawing.path([center + across, center - across], color, 5)
    drawing.dot(see(source), color, 6)
    drawing.text(see(source - 70 * beam), "source", color, size=11)
    drawing.text(see(source + (SDD + label) * beam), name, color)


def primary():
    """Seen from the patient's feet: x to the left of the drawing, y upwards."""

    def see(point):
        return np.array([-point[0], point[1]])

    drawing = Drawing((-760, -820), (760, 420))
    drawing.ellipse((0, 0), (190, 120))
    drawing.text((-740, 370), "patient, seen from the feet", INK, "start", 11)
    drawing.text((-165, 0), "R")
    drawing.text((165, 0), "L")
    drawing.arrow((0, 0), see(np.array([120.0, 0, 0])))
    drawing.text(see(np.array([120.0, -32, 0])), "x", INK)
    drawing.arrow((0, 0), (0, 105))
    drawing.text((28, 90), "y", INK)
    views = ((0, INK, "0: PA"), (45, ACCENT, "+45: LAO"), (-45, SECOND, "-45: RAO"))
    for angle, color, name in views:
        c_arm(drawing, CArmPose(angle, 0, sdd=SDD, sod=SOD), see, color, name, 65 + abs(angle))
    return drawing.svg("Primary angle: towards the patient's left (LAO) is positive")


def secondary():
    """Seen from the patient's left: y to the left of the drawing, z upwards."""

    def see(point):
        return np.array([-point[1], point[2]])

    drawing = Drawing((-620, -460), (860, 380))
    drawing.ellipse((0, 0), (110, 300))
    drawing.text((0, 250), "head")
    drawing.text((0, -250), "feet")
    drawing.text((-600, -420), "patient, seen from the left", INK, "start", 11)
    drawing.arrow((0, 0), see(np.array([0, 100.0, 0])))
    drawing.text((-85, 30), "y", INK)
    drawing.arrow((0, 0), (0, 150))
    drawing.text((25, 140), "z", INK)
    for angle, color, name in ((0, INK, "0"), (30, ACCENT, "+30: cranial")):
        c_arm(drawing, CArmPose(0, angle, sdd=SDD, sod=SOD), see, color, name, 90 + 2 * angle)
    return drawing.svg("Secondary angle: towards the head (cranial) is positive")


def distances():
    """The beam from its side: what is twice as near to the source is shown twice as large."""
    half = 130.0  # of the footprint
    edge = half * SDD / SOD
    drawing = Drawing((-60, -330), (1440, 230))
    drawing.ellipse((SOD, 0), (110, 165))
    drawing.path([(0, 0), (SDD, edge)], SOFT, 1)
    drawing.path([(0, 0), (SDD, -edge)], SOFT, 1)
    drawing.path([(0, 0), (SDD, 0)], INK, 1, dash="5 4")
    drawing.dot((0, 0), INK, 6)
    drawing.text((0, -45), "source", size=12)
    drawing.path([(SDD, -edge), (SDD, edge)], INK, 5)
    drawing.text((SDD + 20, edge - 20), "detector", anchor="start", size=12)
    drawing.text((SDD + 20, 0), "pixels x pixel_spacing", ACCENT, "start", 12)
    drawing.path([(SOD, -half), (SOD, half)], ACCENT, 3)
    drawing.dot((SOD, 0), ACCENT)
    drawing.text((SOD - 15, 40), "footprint", ACCENT, "end", 12)
    drawing.text((SOD - 15, -25), "isocentre", INK, "end", 12)
    for length, height, name in ((SOD, -240, "sod"), (SDD, -290, "sdd")):
        drawing.arrow((length / 2, height), (0, height), SECOND, 1)
        drawing.arrow((length / 2, height), (length, height), SECOND, 1)
        drawing.text((length / 2, height + 22), name, SECOND)
    return drawing.svg("Distances: footprint = pixels x pixel_spacing x sod / sdd")


def picture():
    """Where a PA view shows the patient's sides and head."""
    pose, detector = CArmPose(0, 0, sdd=SDD, sod=SOD), Detector(256, 256, (2.0, 2.0))
    drawing = Drawing((-110, -300), (330, 60), 1.2)

    def see(point):
        row, column = project_points(np.array(point), pose, detector)
        return column, -row

    drawing.path([(0, 0), (255, 0), (255, -255), (0, -255)], INK, 1.5, fill="#eef1f4", closed=True)
    marks = {"head": (0, 0, 150), "feet": (0, 0, -150), "R": (150, 0, 0), "L": (-150, 0, 0)}
    for name, point in marks.items():
        drawing.text(see(point), name, ACCENT, size=16)
    drawing.dot(see((0, 0, 0)), ACCENT)
    drawing.text((128, -145), "isocentre", size=12)
    drawing.dot((0, 0), INK)
    drawing.text((0, 28), "(0, 0)", size=12)
    drawing.arrow((20, 14), (110, 14), SECOND)
    drawing.text((130, 14), "columns", SECOND, "start", 12)
    drawing.arrow((-14, -20), (-14, -110), SECOND)
    drawing.text((-22, -125), "rows", SECOND, "end", 12)
    return drawing.svg("PA: seen from the detector, facing the source, the patient's left at right")


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for file, text in drawings().items():
        (folder / file).write_text(text, encoding="utf-8")
