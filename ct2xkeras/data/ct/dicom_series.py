"""A DICOM series to a volume. Order and spacing come from the positions of the slices alone:
file names, instance numbers and slice thickness prove nothing.
"""

from pathlib import PurePath

import numpy as np

from ct2xkeras.data.ct.dicom_files import dicom_files
from ct2xkeras.data.ct.dicom_geometry import gantry_tilt, stack_affine
from ct2xkeras.data.ct.dicom_images import CTImage
from ct2xkeras.data.ct.dicom_index import SeriesIndex, series_index
from ct2xkeras.data.ct.dicom_pixels import PixelReader
from ct2xkeras.data.ct.dicom_stack import EXPORT, arranged
from ct2xkeras.data.ct.hounsfield import HIGHEST, HU_MAX, HU_MIN, LOWEST, HounsfieldBuffer
from ct2xkeras.data.ct.stored_grid import check_affine
from ct2xkeras.data.decoding import check_decoder
from ct2xkeras.data.errors import DataError

LISTED = 6  # series named in an error


def read_series(path, series: str = "") -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Reads one CT series (needs the `[dicom]` extra).

    Args:
        path: a folder, searched through, a zip archive, or one multi-frame file.
        series: Series Instance UID; may be empty where there is only one.

    Returns:
        int16 HU (column, row, slice), its affine (4, 4) to world RAS+ mm, and notes.

    Raises:
        DataError: no or several series, damaged files, slices that are missing, differ in size or
            orientation, or share a position, values that are no HU, or no decoder.
    """
    index = series_index(path)
    images = _chosen(path, series, index)
    plane, groups = arranged(path, images)
    slices = [group[0] for group in groups]
    positions = np.array([image.position for image in slices])
    affine = stack_affine(positions, plane, slices[0].pixel_spacing)
    check_affine(path, affine)
    with dicom_files(path) as files:
        hu, notes = _filled(path, PixelReader(files), groups)
    geometry = _tilt_notes(gantry_tilt(positions, plane), slices[0].tilt)
    return hu, affine, (*_left_out_notes(index), *geometry, *notes)


def _chosen(path, series: str, index: SeriesIndex) -> tuple[CTImage, ...]:
    if series and series not in index.series:
        raise DataError(path, f"a CT series {series}", _listing(index), "Check the UID.")
    if not series and len(index.series) != 1:
        for error in index.damaged.values():
            raise error
        mend = "Choose one as PATH::UID." if index.series else "Give a folder or zip with a CT."
        raise DataError(path, "one CT series", _listing(index), mend)
    images = index.series[series or next(iter(index.series))]
    folders = {PurePath(image.file).parent for image in images}
    for name, error in index.damaged.items():
        if PurePath(name).parent in folders:  # it may be one of these slices
            raise error
    return images


def _listing(index: SeriesIndex) -> str:
    """The series, or what there is instead."""
    series = [
        f"{uid} ({len(images)} images, {images[0].about})" for uid, images in index.series.items()
    ]
    others = [f"{number} of kind {kind!r}" for kind, number in index.left_out.items()]
    if not series:
        return f"none ({', '.join(others) or 'no DICOM file'})"
    more = f" and {len(series) - LISTED} more" if len(series) > LISTED else ""
    return f"{len(series)}: {'; '.join(series[:LISTED])}{more}"


def _filled(path, reader: PixelReader, groups) -> tuple[np.ndarray, tuple[str, ...]]:
    """Pixels of one image a position, (column, row, slice) in HU, with notes."""
    images = [image for group in groups for image in group]
    for syntax in {image.syntax for image in images}:
        check_decoder(path, syntax)
    reader.read(groups[0][0])  # its size is proved before memory is taken for all
    rows, columns = images[0].shape
    buffer = HounsfieldBuffer(path, (columns, rows, len(groups)))
    for index, (image, *doubles) in enumerate(groups):
        stored, scale = reader.read(image), _scale(path, image)
        buffer.put(index, stored.T, *scale)
        for double in doubles:
            if _scale(path, double) != scale or not np.array_equal(reader.read(double), stored):
                _refuse_two(path, image, double, groups)
    padding, padding_notes = _padding(images)
    hu, notes = buffer.finish(padding)
    doubled = len(images) - len(groups)
    doubled_note = (f"{doubled} doubled images left out",) if doubled else ()
    unscaled = any(image.slope is None or image.intercept is None for image in images)
    scale_note = ("no rescale in the header: values taken as HU",) if unscaled else ()
    return hu, (*doubled_note, *scale_note, *padding_notes, *notes)


def _scale(path, image: CTImage) -> tuple[float, float]:
    slope = 1.0 if image.slope is None else image.slope
    intercept = 0.0 if image.intercept is None else image.intercept
    if not np.isfinite([slope, intercept]).all() or slope == 0:
        found = f"slope {slope:g}, intercept {intercept:g} in {image.file}"
        raise DataError(path, "a usable rescale to HU", found, EXPORT)
    return slope, intercept


def _refuse_two(path, image, double, groups):
    number = sum(len(group) > 1 for group in groups)
    found = (
        f"different ones at {number} of {len(groups)} positions, such as {image.file} and "
        f"{double.file}"
    )
    mend = "Keep one time point or reconstruction in the folder."
    raise DataError(path, "one image a position", found, mend)


def _padding(images) -> tuple[set[int], tuple[str, ...]]:
    """Pixel Padding Values in HU, where those cannot be measured ones."""
    values, notes = set(), set()
    for padding, slope, intercept in {
        (image.padding, image.slope, image.intercept) for image in images if image.padding
    }:
        stored = np.arange(padding[0], padding[1] + 1)
        hu = np.rint(stored * (1.0 if slope is None else slope) + (intercept or 0.0))
        outside = (hu < HU_MIN) | (hu > HU_MAX)
        values.update(int(value) for value in np.clip(hu[outside], LOWEST, HIGHEST))
        if (hu[~outside] > -1000).any():
            notes.add(f"Pixel Padding Value {padding[0]} lies among real HU: not used")
    return values, tuple(sorted(notes))


def _tilt_notes(tilt: float, told: float) -> tuple[str, ...]:
    if tilt:
        return (f"gantry tilt of {tilt:.1f} degrees: slices kept as a sheared grid",)
    if abs(told) > 1:
        return (f"gantry tilt of {told:g} degrees in the header, none in the positions: not used",)
    return ()


def _left_out_notes(index: SeriesIndex) -> tuple[str, ...]:
    return tuple(f"{number} left out: {kind}" for kind, number in index.left_out.items())
