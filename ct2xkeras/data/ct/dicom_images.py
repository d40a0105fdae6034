"""Headers of DICOM files: which hold CT images, and what a volume needs to know of each."""

import warnings
from dataclasses import dataclass

from ct2xkeras.data.ct.stored_grid import damaged, unreadable
from ct2xkeras.data.decoding import load_pydicom
from ct2xkeras.data.errors import DataError

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
MULTI_FRAME_CTS = (CT_IMAGE + ".1", CT_IMAGE + ".2")  # enhanced, and legacy converted
DICOMDIR = "1.2.840.10008.1.3.10"
LOCALIZERS = {"LOCALIZER", "SCOUT"}
LARGEST_SIDE = 8192  # pixels: no CT's matrix is larger
TAGS = (
    "SOPClassUID",
    "SeriesInstanceUID",
    "SeriesDescription",
    "Modality",
    "PatientID",
    "ImageType",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "Rows",
    "Columns",
    "SamplesPerPixel",
    "PixelRepresentation",
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
    "RescaleSlope",
    "RescaleIntercept",
    "ModalityLUTSequence",
    "GantryDetectorTilt",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
)


@dataclass(frozen=True)
class CTImage:
    """One CT image, or one frame of a multi-frame file; lengths in mm, axes LPS+.

    Args:
        file: as its source calls it.
        frame: its number in the file, from 0.
        series: Series Instance UID.
        about: description of the series.
        patient: Patient ID.
        localizer: whether it is a scout view rather than a slice.
        syntax: Transfer Syntax UID.
        shape: (rows, columns).
        pixel_spacing: (between rows, between columns).
        orientation: Image Orientation (Patient), or None.
        position: Image Position (Patient), or None.
        slope, intercept: stored value to HU, or None where the header does not say.
        padding: first and last stored value that means "not measured", or None.
        tilt: Gantry/Detector Tilt in degrees.
    """

    file: str
    frame: int
    series: str
    about: str
    patient: str
    localizer: bool
    syntax: str
    shape: tuple[int, int]
    pixel_spacing: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    position: tuple[float, ...] | None
    slope: float | None
    intercept: float | None
    padding: tuple[int, int] | None
    tilt: float


def read_dataset(path, stream, header_only: bool = False):
    """A pydicom data set of a binary stream.

    Raises:
        DataError: damaged, or pydicom is not installed.
    """
    pydicom = load_pydicom(path)
    tags = list(TAGS) if header_only else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd but readable values
            return pydicom.dcmread(stream, stop_before_pixels=header_only, specific_tags=tags)
    except Exception as error:  # a parser of damaged bytes may raise anything
        raise unreadable(path, error) from error


def ct_images(path, name: str, stream) -> tuple[CTImage, ...] | str:
    """The CT images of a file, or the kind of what it holds instead.

    Args:
        path: what errors name.
        name: `CTImage.file`.

    Raises:
        DataError: damaged.
    """
    dataset = read_dataset(path, stream, header_only=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _images(path, name, dataset)
    except DataError:
        raise
    except Exception as error:
        raise unreadable(path, error) from error


def _images(path, name, dataset):
    meta = dataset.file_meta
    kind = str(dataset.get("SOPClassUID") or meta.get("MediaStorageSOPClassUID", ""))
    if kind == DICOMDIR or meta.get("MediaStorageSOPClassUID") == DICOMDIR:
        return "DICOMDIR"
    if "SeriesInstanceUID" not in dataset or "TransferSyntaxUID" not in meta:
        raise damaged(path, "a header without Series Instance UID or transfer syntax")
    if kind not in (CT_IMAGE, *MULTI_FRAME_CTS) or dataset.get("SamplesPerPixel", 1) != 1:
        return str(dataset.get("Modality") or "unknown kind")
    if "ModalityLUTSequence" in dataset:
        mend = "Convert it with a tool that applies the table."
        raise DataError(path, "a line from values to HU", "a modality lookup table", mend)
    groups = _frame_groups(dataset) if kind in MULTI_FRAME_CTS else [[dataset]]
    return tuple(_image(path, name, i, dataset, groups[i]) for i in range(len(groups)))


def _frame_groups(dataset) -> list[list]:
    """For each frame the items of its functional groups, its own ones first."""
    shared = dataset.get("SharedFunctionalGroupsSequence") or []
    common = [item for group in shared for item in _macros(group)]
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or []
    return [[*_macros(frame), *common, dataset] for frame in frames]


def _macros(group) -> list:
    return [item for element in group if element.VR == "SQ" for item in element.value]


def _image(path, name, frame, dataset, groups) -> CTImage:
    def first(keyword):
        values = (group.get(keyword) for group in groups)
        return next((value for value in values if value not in (None, "")), None)

    return CTImage(
        file=name,
        frame=frame,
        series=str(dataset.SeriesInstanceUID),
        about=" ".join(str(dataset.get("SeriesDescription") or "no description").split()),
        patient=str(dataset.get("PatientID") or "").strip(),
        localizer=bool(LOCALIZERS & set(map(str, _listed(dataset.get("ImageType"))))),
        syntax=str(dataset.file_meta.TransferSyntaxUID),
        shape=_shape(path, dataset),
        pixel_spacing=_floats(first("PixelSpacing"), 2),
        orientation=_floats(first("ImageOrientationPatient"), 6),
        position=_floats(first("ImagePositionPatient"), 3),
        slope=_float(first("RescaleSlope")),
        intercept=_float(first("RescaleIntercept")),
        padding=_padding(dataset),
        tilt=_float(dataset.get("GantryDetectorTilt")) or 0.0,
    )


def _listed(value) -> list:
    return [value] if isinstance(value, str) else list(value or ())


def _shape(path, dataset) -> tuple[int, int]:
    shape = (int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0))
    if not 2 <= min(shape) <= max(shape) <= LARGEST_SIDE:
        raise damaged(path, f"an image of {shape[0]} x {shape[1]} pixels")
    return shape


def _floats(values, number: int) -> tuple[float, ...] | None:
    numbers = tuple(float(value) for value in _listed(values))
    return numbers if len(numbers) == number else None


def _float(value) -> float | None:
    return None if value is None or value == "" else float(value)


def _padding(dataset) -> tuple[int, int] | None:
    first = dataset.get("PixelPaddingValue")
    if not isinstance(first, int):
        return None
    last = dataset.get("PixelPaddingRangeLimit")
    ends = (first, last if isinstance(last, int) else first)
    if dataset.get("PixelRepresentation") == 1:  # some writers store a signed value as unsigned
        ends = [end - 2**16 if end > 2**15 - 1 else end for end in ends]
    return min(ends), max(ends)
