"""Which CT series lie in a folder or archive, found from the headers alone."""

import functools
from collections import Counter
from dataclasses import dataclass

from ct2xkeras.data.ct.dicom_files import dicom_files, is_zip
from ct2xkeras.data.ct.dicom_images import CTImage, ct_images, read_dataset
from ct2xkeras.data.dataset.fingerprints import fingerprint
from ct2xkeras.data.decoding import load_pydicom
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.locations import is_folder
from ct2xkeras.data.source_names import split_source


@dataclass(frozen=True)
class SeriesIndex:
    """The DICOM files of a source.

    Args:
        series: by Series Instance UID the slices of each CT series of two or more.
        left_out: how many images of other kinds there are, by kind.
        damaged: files that claim to be DICOM and cannot be read, each with its error.
    """

    series: dict[str, tuple[CTImage, ...]]
    left_out: dict[str, int]
    damaged: dict[str, DataError]


def series_index(path) -> SeriesIndex:
    """The series of a folder (searched through), of an archive, or of a single file.

    Headers are read once for as long as the files do not change.

    Raises:
        DataError: not to be opened, a hostile archive, or pydicom is not installed.
    """
    return _index(str(path), tuple(map(tuple, fingerprint(path))))


@functools.lru_cache(8)
def _index(path, state) -> SeriesIndex:
    found, left_out, damaged = {}, Counter(), {}
    with dicom_files(path) as files:
        if files.names:
            load_pydicom(path)
        for name in files.names:
            try:
                with files.open(name) as stream:
                    images = ct_images(files.full_name(name), name, stream)
            except DataError as error:
                damaged[name] = error
                continue
            if isinstance(images, str):
                left_out[images] += 1
                continue
            for image in images:
                found.setdefault(image.series, []).append(image)
    return SeriesIndex(_volumes(found, left_out), _without_directories(left_out), damaged)


def _volumes(found, left_out: Counter) -> dict[str, tuple[CTImage, ...]]:
    """Slices by series; counts scout views and single images among what is left out."""
    volumes = {}
    for series, images in found.items():
        slices = tuple(image for image in images if not image.localizer)
        left_out["localiser"] += len(images) - len(slices)
        if len(slices) > 1:
            volumes[series] = slices
        else:
            left_out["single CT image"] += len(slices)
    return volumes


def _without_directories(left_out: Counter) -> dict[str, int]:
    return {kind: n for kind, n in sorted(left_out.items()) if n and kind != "DICOMDIR"}


def patient_id(source) -> str:
    """The Patient ID of a DICOM series or file; empty where there is none to be read."""
    path, series = split_source(source)
    try:
        if is_folder(path) or is_zip(path):
            volumes = series_index(path).series
            images = volumes.get(series) or next(iter(volumes.values()), ())
            return images[0].patient if images else ""
        with dicom_files(path) as files, files.open(path) as stream:
            dataset = read_dataset(path, stream, header_only=True)
        return str(dataset.get("PatientID") or "").strip()
    except DataError:
        return ""  # reading the source tells what is wrong with it
