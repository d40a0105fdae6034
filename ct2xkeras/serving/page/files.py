"""A picture of the page as a DICOM file."""

import io
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from ct2xkeras.data.dicom_writing import write_dicom
from ct2xkeras.geometry import pose_from_vector
from ct2xkeras.serving.server.errors import wrong


def dicom_file(png, pose, kind) -> bytes:
    """A DICOM file of a 16-bit PNG.

    Args:
        pose: (12,) it was made at, about the middle of the patient's box.
        kind: `xray` or `drr`.

    Raises:
        ServingError: pydicom is not installed, or DICOM cannot say this pose.
    """
    stored = np.asarray(Image.open(io.BytesIO(png))).astype(np.uint16)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "picture.dcm"
            write_dicom(path, stored, *pose_from_vector(pose, stored.shape), f"Synthetic {kind}")
            return path.read_bytes()
    except ValueError as error:
        raise wrong(str(error)) from None
