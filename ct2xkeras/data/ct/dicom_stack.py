"""Slices of one series to an even stack, or the reason why they are none."""

import numpy as np

from ct2xkeras.data.ct.dicom_geometry import (
    SIDEWAYS,
    Plane,
    gap_problem,
    places,
    plane_of,
    sideways_drift,
)
from ct2xkeras.data.ct.dicom_images import CTImage
from ct2xkeras.data.errors import DataError

EXPORT = "Export the series again, or leave it out."


def arranged(path, images) -> tuple[Plane, list[list[CTImage]]]:
    """The slices' common plane, and the images by position from the lowest up the normal.

    Raises:
        DataError: they differ in size, spacing or orientation, or do not lie evenly on a line.
    """
    _check_alike(path, images)
    try:
        plane = plane_of(images[0].orientation)
    except ValueError as error:
        raise DataError(path, "perpendicular rows and columns", str(error), EXPORT) from error
    depths = np.array([image.position for image in images]) @ plane.normal
    groups = [[images[i] for i in group] for group in places(depths)]
    if len(groups) < 2:
        found = f"{len(images)} images at one position"
        raise DataError(path, "slices at different positions", found, EXPORT)
    positions = np.array([group[0].position for group in groups])
    problem = gap_problem(positions @ plane.normal)
    if problem:
        raise DataError(path, "evenly spaced slices", problem, EXPORT)
    drift, pixel = sideways_drift(positions, plane), min(images[0].pixel_spacing)
    if drift > SIDEWAYS * pixel:
        found = f"slices up to {drift:.3g} mm beside their line"
        raise DataError(path, "slices in one straight stack", found, EXPORT)
    return plane, groups


def _check_alike(path, images) -> None:
    first = images[0]
    for name, needed in (
        ("Pixel Spacing", first.pixel_spacing),
        ("Image Orientation (Patient)", first.orientation),
        *(("Image Position (Patient)", image.position) for image in images),
    ):
        if needed is None or not np.isfinite(needed).all():
            raise DataError(path, f"a usable {name}", "none in the header", EXPORT)
    for image in images:
        for name, one, other in (
            ("size", image.shape, first.shape),
            ("pixel spacing", image.pixel_spacing, first.pixel_spacing),
            ("orientation", image.orientation, first.orientation),
        ):
            if other is None or one is None or not np.allclose(one, other, rtol=1e-3, atol=1e-3):
                found = f"{name} {one} in {image.file} and {other} in {first.file}"
                raise DataError(path, f"one {name} in a series", found, EXPORT)
