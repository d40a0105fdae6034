"""Synthetic CT series as scanners would write them."""

import zipfile
from dataclasses import dataclass

import numpy as np
import pydicom
from data_samples import torso
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_CT = CT_IMAGE + ".1"
AXIAL = (1, 0, 0, 0, 1, 0)
SHAPE = (8, 20, 24)


@dataclass(frozen=True)
class Scan:
    """HU (slice, row, column), and where its slices lie: LPS+, mm."""

    hu: np.ndarray
    orientation: tuple = AXIAL
    first: tuple = (-90.0, -80.0, 30.0)
    step: tuple = (0.0, 0.0, 10.0)
    pixel_spacing: tuple = (8.0, 7.0)
    series: str = "1.2.826.0.1.1"

    def position(self, index) -> np.ndarray:
        return np.add(self.first, np.multiply(index, self.step))

    def world(self, slice_, row, column) -> np.ndarray:
        """RAS+ mm of a voxel's centre."""
        along_columns, along_rows = np.reshape(self.orientation, (2, 3))
        row_spacing, column_spacing = self.pixel_spacing
        lps = (
            self.position(slice_)
            + along_columns * column_spacing * column
            + along_rows * row_spacing * row
        )
        return lps * [-1, -1, 1]


def scan(**changes) -> Scan:
    return Scan(**{"hu": torso(SHAPE), **changes})


def slice_dataset(scan: Scan, index: int, **tags):
    """One CT image, stored unsigned with an intercept of -1024."""
    dataset = pydicom.Dataset()
    values = {
        "SOPClassUID": CT_IMAGE,
        "SOPInstanceUID": generate_uid(),
        "SeriesInstanceUID": scan.series,
        "SeriesDescription": "Thorax  8.0",
        "Modality": "CT",
        "PatientID": "patient 7",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "InstanceNumber": index + 1,
        "ImagePositionPatient": list(map(float, scan.position(index))),
        "ImageOrientationPatient": list(map(float, scan.orientation)),
        "PixelSpacing": list(scan.pixel_spacing),
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
    }
    for keyword, value in (values | tags).items():
        if value is not None:
            setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    stored = (scan.hu[index].astype(int) + 1024).astype(np.uint16)
    dataset.set_pixel_data(stored, "MONOCHROME2", 16)
    return dataset


def save(dataset, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def write_series(folder, scan: Scan, skip=(), change=None, **tags):
    """Writes a file a slice, in an order and by names that say nothing."""
    for index in range(len(scan.hu)):
        if index in skip:
            continue
        dataset = slice_dataset(scan, index, **tags)
        if change:
            change(dataset, index)
        save(dataset, folder / f"{(index * 5) % 13:02d}-x{index}")
    return folder


def pack(folder, path, method=zipfile.ZIP_DEFLATED, **more):
    """A zip archive of a folder's files and of others by name."""
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        for file in folder.iterdir():
            archive.write(file, f"deep/{file.name}")
        for name, content in more.items():
            archive.writestr(name, content)
    return path


def enhanced_dataset(scan: Scan):
    """All slices in one file, from the last to the first."""
    dataset = slice_dataset(
        scan,
        0,
        SOPClassUID=ENHANCED_CT,
        ImagePositionPatient=None,
        ImageOrientationPatient=None,
        PixelSpacing=None,
        RescaleSlope=None,
        RescaleIntercept=None,
    )
    shared = pydicom.Dataset()
    shared.PlaneOrientationSequence = [_item(ImageOrientationPatient=list(scan.orientation))]
    shared.PixelMeasuresSequence = [_item(PixelSpacing=list(scan.pixel_spacing))]
    shared.PixelValueTransformationSequence = [_item(RescaleSlope=1, RescaleIntercept=-1024)]
    dataset.SharedFunctionalGroupsSequence = [shared]
    order = range(len(scan.hu))[::-1]
    dataset.PerFrameFunctionalGroupsSequence = [
        _item(PlanePositionSequence=[_item(ImagePositionPatient=list(scan.position(index)))])
        for index in order
    ]
    stored = (scan.hu[list(order)].astype(int) + 1024).astype(np.uint16)
    dataset.NumberOfFrames = len(stored)
    dataset.PixelData = stored.tobytes()
    return dataset


def _item(**tags):
    item = pydicom.Dataset()
    for keyword, value in tags.items():
        setattr(item, keyword, value)
    return item
