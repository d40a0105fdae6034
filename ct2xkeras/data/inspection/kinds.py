"""Is a file a CT or a radiograph? By its ending; a single DICOM file by its modality."""

from ct2xkeras.data.ct_source import VOLUME_SUFFIXES
from ct2xkeras.data.fingerprints import SERIES_MARK
from ct2xkeras.data.locations import is_file, is_folder, local_copy
from ct2xkeras.data.radiographs import PICTURE_SUFFIXES

VOLUMES = (*VOLUME_SUFFIXES, ".zip")
XRAY_MODALITIES = ("CR", "DX", "RG", "RF", "XA", "PX", "IO", "MG")
CT_MODALITIES = ("CT", "PT", "MR")  # slices: the last two are refused where they are read


def kind_of(source: str) -> str:
    """ "ct", "xray", or "" where neither ending nor modality tells."""
    name = source.lower()
    if name.endswith(PICTURE_SUFFIXES):
        return "xray"
    if SERIES_MARK in source or name.endswith(VOLUMES) or is_folder(source):
        return "ct"
    modality = dicom_modality(source)
    return "xray" if modality in XRAY_MODALITIES else "ct" if modality in CT_MODALITIES else ""


def dicom_modality(path) -> str:
    """Modality (0008,0060) of a DICOM file; "" of another file, or without pydicom."""
    if not is_file(path):
        return ""
    try:
        import pydicom
    except ModuleNotFoundError:
        return ""
    try:
        with local_copy(path) as local:
            header = pydicom.dcmread(local, stop_before_pixels=True, specific_tags=["Modality"])
    except Exception:  # pydicom raises of every kind on foreign files; reading names the fault
        return ""
    return str(header.get("Modality", ""))
