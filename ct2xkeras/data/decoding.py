"""pydicom, and what it can decode."""

import warnings

from ct2xkeras.data.errors import DataError


def load_pydicom(path):
    """The module pydicom.

    Raises:
        DataError: it is not installed.
    """
    try:
        import pydicom
    except ImportError:
        mend = "Install it: pip install 'ct2xkeras[dicom]'"
        raise DataError(path, "pydicom for DICOM files", "no pydicom", mend) from None
    return pydicom


def check_decoder(path, syntax: str) -> None:
    """Raises a `DataError` where no installed plugin decodes a transfer syntax."""
    from pydicom.pixels import get_decoder
    from pydicom.uid import UID

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a UID that is none
        uid = UID(syntax)
    try:
        available = get_decoder(uid).is_available
    except NotImplementedError:
        mend = "Convert the files to an uncompressed transfer syntax."
        found = f"transfer syntax {uid.name}"
        raise DataError(path, "a transfer syntax that pydicom reads", found, mend) from None
    if not available:
        mend = "Install one: pip install 'ct2xkeras[dicom]'"
        raise DataError(path, f"a decoder for {uid.name}", "none installed", mend)
