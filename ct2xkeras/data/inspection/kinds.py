"""Is a file a CT or a radiograph? By its ending; a single DICOM file by its modality."""

from ct2xkeras.data.ct.ct_source import VOLUME_SUFFIXES
from ct2xkeras.data.ct.dicom_files import dicom_files, is_zip
from ct2xkeras.data.ct.dicom_images import read_dataset
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.locations import is_folder
from ct2xkeras.data.source_names import split_source
from ct2xkeras.data.xray.radiographs import PICTURE_SUFFIXES

XRAY_MODALITIES = ("CR", "DX", "RG", "RF", "XA", "PX", "IO", "MG")


def kind_of(source: str) -> str:
    """ "xray", "ct" (or anything else that is no radiograph), or "" where nothing tells."""
    path, series = split_source(source)
    name = path.lower()
    if name.endswith(PICTURE_SUFFIXES):
        return "xray"
    if series or name.endswith(VOLUME_SUFFIXES) or is_zip(path) or is_folder(path):
        return "ct"
    modality = dicom_modality(path)
    return "xray" if modality in XRAY_MODALITIES else "ct" if modality else ""


def dicom_modality(path) -> str:
    """Modality (0008,0060) of a DICOM file; "" where there is none to be read."""
    try:
        with dicom_files(path) as files, files.open(path) as stream:
            dataset = read_dataset(path, stream, header_only=True)
        return str(dataset.get("Modality") or "").strip()
    except DataError:
        return ""  # reading the source tells what is wrong with it
