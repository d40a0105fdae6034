"""From a DICOM file's stored values to the greys that it asks to be shown (PS3.3 C.11.1, C.11.2).

Modality LUT or rescale, then VOI LUT or window, then MONOCHROME1 or INVERSE turned over.
"""

import numpy as np

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # as Pillow makes grey of colour


def as_shown(dataset, stored: np.ndarray) -> np.ndarray:
    """Stored values (H, W), or colours (H, W, 3), to float32 (H, W) in [0, 1], 1 the brightest.

    Without a VOI LUT or window, [0, 1] is the range that the stored bits can hold.

    Raises:
        ValueError: a table or number of the header makes no sense.
    """
    if not dataset.PhotometricInterpretation.startswith("MONOCHROME"):
        return _grey_of_colour(dataset, stored)
    values, limits = _modality_values(dataset, stored)
    shown = np.clip(_voi(dataset, values, limits), 0, 1).astype(np.float32)
    return 1 - shown if shows_low_bright(dataset) else shown


def shows_low_bright(dataset) -> bool:
    """Whether the header asks for low values to be bright; either of its two ways is enough."""
    inverse = str(dataset.get("PresentationLUTShape") or "") == "INVERSE"
    return inverse or dataset.PhotometricInterpretation == "MONOCHROME1"


def turned_by_rescaling(dataset) -> bool:
    """Whether large stored values become low ones, by a falling slope or look-up table."""
    if sequence := dataset.get("ModalityLUTSequence"):
        beyond = np.array([-(2**17), 2**17])  # its ends hold on for them
        first, last = _through_table(dataset, sequence[0], beyond)[0]
        return bool(last < first)
    return _number(dataset, "RescaleSlope", 1.0) < 0


def _grey_of_colour(dataset, stored) -> np.ndarray:
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        from pydicom.pixels import apply_color_lut

        stored = apply_color_lut(stored, dataset)
    return (stored / np.iinfo(stored.dtype).max).astype(np.float32) @ LUMA


def _modality_values(dataset, stored) -> tuple[np.ndarray, tuple[float, float]]:
    """Values after modality LUT or rescale, and the limits that they can reach."""
    if sequence := dataset.get("ModalityLUTSequence"):
        return _through_table(dataset, sequence[0], stored)
    bits = int(dataset.BitsStored)
    lowest = -(2 ** (bits - 1)) if dataset.PixelRepresentation else 0
    slope = _number(dataset, "RescaleSlope", 1.0)
    intercept = _number(dataset, "RescaleIntercept", 0.0)
    ends = [end * slope + intercept for end in (lowest, lowest + 2**bits - 1)]
    return stored * slope + intercept, (min(ends), max(ends))


def _voi(dataset, values, limits) -> np.ndarray:
    if sequence := dataset.get("VOILUTSequence"):
        values, limits = _through_table(dataset, sequence[0], np.rint(values))
    elif (width := _number(dataset, "WindowWidth", 0.0)) > 0:
        center = _number(dataset, "WindowCenter", 0.0)
        return window(values, center, width, str(dataset.get("VOILUTFunction") or "LINEAR"))
    if limits[0] == limits[1]:
        raise ValueError("rescale slope 0")
    return (values - limits[0]) / (limits[1] - limits[0])


def window(values, center: float, width: float, function: str = "LINEAR") -> np.ndarray:
    """A window over values; below 0 and above 1 outside of it."""
    if function == "SIGMOID":
        return 1 / (1 + np.exp(np.clip(-4 * (values - center) / width, -50, 50)))
    if function == "LINEAR":  # the standard's: reaches 0 and 1 at the centres of its end values
        center, width = center - 0.5, max(width - 1, 1e-6)
    return (values - center) / width + 0.5


def _through_table(dataset, item, values) -> tuple[np.ndarray, tuple[float, float]]:
    """Values through a look-up table, whose ends hold on for values beyond; and its limits."""
    number, first, bits = item.LUTDescriptor
    number = number or 2**16
    if dataset.PixelRepresentation and first >= 2**15:  # negative, but read as unsigned
        first -= 2**16
    narrow = bits == 8 and len(item.LUTData) < 2 * number
    table = _table(item.LUTData, narrow, little_endian=dataset.original_encoding[1])
    if table.size < number or not 8 <= bits <= 16:
        raise ValueError(f"a look-up table of {table.size} entries of {bits} bits, not {number}")
    index = np.clip(values.astype(np.int64) - first, 0, number - 1)
    return table[index], (0, 2**bits - 1)


def _table(data, narrow, little_endian) -> np.ndarray:
    """Entries as numbers: bytes where the header left their kind open, a list where it did not."""
    if not isinstance(data, bytes):
        return np.asarray(data, np.float32)
    wide = "<u2" if little_endian else ">u2"
    return np.frombuffer(data, np.uint8 if narrow else wide).astype(np.float32)


def _number(dataset, keyword, default) -> float:
    """A decimal of the header, or the first of several; the default where it is empty."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return default
    return float(value if isinstance(value, (int, float)) else next(iter(value), default))
