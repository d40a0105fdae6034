"""DRRs as DICOM X-ray angiography images, with the tags of their geometry."""

import datetime

import numpy as np

from ct2xkeras.files import replacing
from ct2xkeras.geometry.dicom_tags import patient_orientation, pose_to_dicom
from ct2xkeras.version import __version__

XA_STORAGE = "1.2.840.10008.5.1.4.1.1.12.1"
UID_ROOT = "2.25."  # UIDs made from random numbers, no registration needed
BITS = 16


def write_dicom(path, stored, pose, detector, description, mirrored=False):
    """Write a 16-bit picture as DICOM (needs the `[dicom]` extra).

    It is marked as derived and simulated, and names no patient.

    Args:
        path: of the file.
        stored: uint16 (rows, columns), bright is bone (MONOCHROME2).
        pose, detector: `CArmPose` and `Detector` that the picture was made at.
        description: of the series.
        mirrored: the picture's columns are in reverse order, which the file then says.

    Raises:
        ValueError: pydicom is not installed, or the pose has what DICOM's tags cannot say.
    """
    pydicom = _pydicom()
    dataset = pydicom.Dataset()
    attributes = _attributes(pydicom, pose, detector, description) | _hanging(pose, mirrored)
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.set_pixel_data(np.ascontiguousarray(stored), "MONOCHROME2", BITS)
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    with replacing(path) as temporary:
        dataset.save_as(temporary, enforce_file_format=True)


def _attributes(pydicom, pose, detector, description):
    now = datetime.datetime.now()
    uids = {
        keyword: pydicom.uid.generate_uid(prefix=UID_ROOT)
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    }
    return {
        "SOPClassUID": XA_STORAGE,
        **uids,
        "ImageType": ["DERIVED", "SECONDARY", "SINGLE PLANE"],
        "Modality": "XA",
        "Manufacturer": "ct2xkeras",
        "SoftwareVersions": __version__,
        "PatientName": "SIMULATED^DRR",
        "PatientID": "SIMULATED",
        "StudyDate": now.strftime("%Y%m%d"),
        "StudyTime": now.strftime("%H%M%S"),
        "SeriesDescription": description[:64],
        "InstanceNumber": 1,
        "PixelIntensityRelationship": "LOG",
        "PixelIntensityRelationshipSign": -1,
        **{key: _decimal(value) for key, value in pose_to_dicom(pose, detector).items()},
    }


def _hanging(pose, mirrored):
    derived = "Simulated from a CT scan. Not for diagnosis."
    return {
        "DerivationDescription": f"{derived} Mirrored." if mirrored else derived,
        "FieldOfViewHorizontalFlip": "YES" if mirrored else "NO",
        "PatientOrientation": patient_orientation(pose, mirrored),
    }


def _decimal(value):
    """Numbers as DICOM's decimal strings take them: at most 16 characters."""
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        return [_decimal(v) for v in value]
    return f"{value:.10g}"


def _pydicom():
    try:
        import pydicom
        import pydicom.uid
    except ImportError:
        raise ValueError(
            "DICOM output needs pydicom: install it with `pip install 'ct2xkeras[dicom]'`."
        ) from None
    return pydicom
