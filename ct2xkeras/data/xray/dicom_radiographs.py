"""Radiographs in DICOM files (CR, DX, RF, XA, ...) through pydicom: pixels as they are to be shown.

Of pydicom only the parser and the decoders are used. Its look-up functions scale to a range that
they do not tell, and turn the picture over where the rescale slope is negative; the few lines of
the standard's grey pipeline are in `dicom_greys`.
"""

import io
import warnings

import numpy as np

from ct2xkeras.data.codestreams import check_claim
from ct2xkeras.data.decoding import check_decoder, load_pydicom
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.xray.dicom_greys import as_shown, shows_low_bright, turned_by_rescaling
from ct2xkeras.data.xray.radiographs import MOST_PIXELS

MODALITIES = ("CR", "DX", "DR", "RF", "XA", "RG", "MG", "IO", "PX", "OT", "")
VIEWS = {"PA": "pa", "AP": "ap", "LL": "lateral", "RL": "lateral", "LATERAL": "lateral"}
SPACINGS = {
    "ImagerPixelSpacing": "at the detector",
    "NominalScannedPixelSpacing": "on the scanned film",
    "PixelSpacing": "in a plane that the header does not name",
}
PIXELS_PER_BYTE = 1000  # no codec packs a real radiograph as tightly
DEFLATED, HEADER = b"1.2.840.10008.1.2.1.99", 4096  # transfer syntax; bytes that name it
MEND = "Copy or export it again."


def decode_dicom(path, content: bytes) -> tuple[np.ndarray, dict]:
    """Pixels (H, W) float32 in [0, 1] as they are to be shown, and further fields of `Radiograph`.

    Raises:
        DataError: pydicom or a decoder is missing, the file is damaged, holds no picture, several
            frames or slices of a volume, or claims more pixels than it has.
    """
    pydicom = load_pydicom(path)
    if DEFLATED in content[:HEADER]:  # inflating has no limit
        raise DataError(path, "a DICOM file", "a deflated one", "Save it uncompressed.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(io.BytesIO(content))  # reads no more than there is
            _check(path, dataset)
            _check_codec(path, dataset)
            pixels = _pixels(dataset)
            return pixels, _facts(dataset)
        except DataError:
            raise
        except Exception as error:  # the parser and its decoders raise whatever they ran into
            found = f"one that cannot be decoded ({type(error).__name__}: {str(error)[:120]})"
            raise DataError(path, "a whole DICOM radiograph", found, MEND) from error


def _check(path, dataset) -> None:
    expected = "a DICOM file of one radiograph"
    modality = str(dataset.get("Modality") or "")
    if modality not in MODALITIES:
        mend = "Give CTs as CTs, and as radiographs only projections."
        raise DataError(path, expected, f"modality {modality}", mend)
    if "PixelData" not in dataset:
        raise DataError(path, expected, "no pixel data", "Leave it out.")
    if (frames := int(dataset.get("NumberOfFrames") or 1)) != 1:
        raise DataError(path, expected, f"{frames} frames", "Export one frame.")
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    most = min(MOST_PIXELS, len(dataset.PixelData) * PIXELS_PER_BYTE)
    if not 0 < rows * columns <= most:
        found = f"a header that claims {rows} x {columns} pixels, of {len(dataset.PixelData)} bytes"
        raise DataError(path, f"{expected} of at most {most} pixels", found, MEND)


def _check_codec(path, dataset) -> None:
    """That there is a decoder, and that it will not be led to make a larger picture."""
    syntax = dataset.file_meta.TransferSyntaxUID
    if not syntax.is_encapsulated:
        return
    check_decoder(path, syntax)
    check_claim(dataset)


def _pixels(dataset) -> np.ndarray:
    from pydicom.pixels import pixel_array

    pixels = as_shown(dataset, pixel_array(dataset))
    if pixels.shape != (dataset.Rows, dataset.Columns) or not np.isfinite(pixels).all():
        raise ValueError(f"pixels of shape {pixels.shape}, or values that are no numbers")
    return pixels


def _facts(dataset) -> dict:
    spacing, notes = _spacing(dataset)
    view = VIEWS.get(str(dataset.get("ViewPosition") or "").upper(), "")
    notes += (*_grey_notes(dataset), *_orientation_notes(dataset))
    return {"pixel_spacing": spacing, "view": view, "notes": notes}


def _spacing(dataset) -> tuple[tuple[float, float] | None, tuple[str, ...]]:
    """(rows, columns) in mm, of the plane that is nearest to the detector, and which it is."""
    for keyword, where in SPACINGS.items():
        spacing = tuple(float(mm) for mm in dataset.get(keyword) or ())
        if len(spacing) == 2 and min(spacing) > 0:
            if kind := dataset.get("PixelSpacingCalibrationType", ""):
                where = f"{where}, calibrated by {kind}" if keyword == "PixelSpacing" else where
            return spacing, (f"pixels of {spacing[0]:g} x {spacing[1]:g} mm {where} ({keyword})",)
    return None, ()


def _orientation_notes(dataset) -> tuple[str, ...]:
    orientation = dataset.get("PatientOrientation") or ()
    if len(orientation) != 2:
        return ()
    right, down = orientation
    return (f"patient orientation: {right} at the picture's right, {down} at its bottom",)


def _grey_notes(dataset) -> tuple[str, ...]:
    """Where the header contradicts itself, or the habit of bones bright."""
    notes = []
    low_bright = shows_low_bright(dataset)
    shape = str(dataset.get("PresentationLUTShape") or "")
    photometric = dataset.PhotometricInterpretation
    if shape and (shape == "INVERSE") != (photometric == "MONOCHROME1"):
        shown = "bright" if low_bright else "dark"
        notes.append(f"{photometric} with Presentation LUT Shape {shape}: low values shown {shown}")
    sign = dataset.get("PixelIntensityRelationshipSign")  # of stored values, before rescaling
    if sign in (1, -1) and (sign == 1) != (low_bright != turned_by_rescaling(dataset)):
        notes.append("its header says that bones are dark: if so, read it as inverted")
    return tuple(notes)
