"""Synthetic DICOM radiographs."""

import numpy as np
from data_samples import chest_picture

BITS = 12
PA = {"ViewPosition": "PA", "ImagerPixelSpacing": [0.2, 0.3]}


def dicom(stored=None, photometric="MONOCHROME2", bits=BITS, **header):
    """A DX dataset of stored values (H, W), with further header fields by keyword."""
    import pydicom
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid

    dataset = pydicom.Dataset()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    dataset.SOPInstanceUID = generate_uid()
    dataset.Modality = "DX"
    stored = twelve_bits(chest_picture()) if stored is None else stored
    dataset.set_pixel_data(stored, photometric, bits)
    for keyword, value in header.items():
        setattr(dataset, keyword, value)
    return dataset


def save_dicom(path, *args, **header):
    dicom(*args, **header).save_as(path, enforce_file_format=True)
    return path


def twelve_bits(picture) -> np.ndarray:
    """A picture in [0, 1] as stored values."""
    return np.rint(picture * (2**BITS - 1)).astype(np.uint16)


def lookup_table(entries, bits=16, first=0):
    """A sequence of one look-up table."""
    import pydicom

    item = pydicom.Dataset()
    item.add_new("LUTDescriptor", "US", [len(entries) % 2**16, first, bits])
    item.add_new("LUTData", "OW", np.asarray(entries, np.uint16).tobytes())
    return pydicom.Sequence([item])
