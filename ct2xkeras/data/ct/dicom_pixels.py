"""Pixels of DICOM images, as stored, through pydicom and its decoder plugins."""

import warnings

import numpy as np

from ct2xkeras.data.codestreams import check_claim
from ct2xkeras.data.ct.dicom_images import CTImage, read_dataset
from ct2xkeras.data.ct.stored_grid import damaged, unreadable


class PixelReader:
    """Reads slices of open DICOM files one by one; of multi-frame files it keeps the last."""

    def __init__(self, files):
        self._files = files
        self._name, self._dataset = None, None

    def read(self, image: CTImage) -> np.ndarray:
        """(rows, columns) integers.

        Raises:
            DataError: damaged, or other pixels than the header speaks of.
        """
        path = self._files.full_name(image.file)
        if image.file != self._name:
            with self._files.open(image.file) as stream:
                self._name, self._dataset = image.file, read_dataset(path, stream)
        pixels = _decoded(path, self._dataset, image.frame)
        if pixels.shape != image.shape or pixels.dtype.kind not in "iu":
            raise damaged(path, f"{pixels.dtype} pixels of shape {pixels.shape}")
        return pixels


def _decoded(path, dataset, frame) -> np.ndarray:
    from pydicom.pixels import pixel_array

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check_claim(dataset, frame)
            return pixel_array(dataset, index=frame)
    except Exception as error:  # decoders of damaged bytes may raise anything
        raise unreadable(path, error) from error
