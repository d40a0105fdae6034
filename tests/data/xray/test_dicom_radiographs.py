import sys

import numpy as np
import pytest
from data_samples import chest_picture
from radiograph_samples import BITS, PA, dicom, lookup_table, save_dicom, twelve_bits

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.xray.radiographs import read_radiograph

pytest.importorskip("pydicom")
STEP = 1.01 / (2**BITS - 1)  # rounding of 12 bits


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("windowed", [False, True])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("intercept", [None, -1024])
@pytest.mark.parametrize("slope", [1, -2])
def test_every_way_to_store_a_picture_reads_the_same(
    tmp_path, photometric, windowed, signed, intercept, slope
):
    turned_over = (photometric == "MONOCHROME1") != (slope < 0 and intercept is not None)
    picture = chest_picture()
    stored = twelve_bits(1 - picture if turned_over else picture).astype(np.int32)
    lowest, header = 0, {}
    if signed:
        lowest = -(2 ** (BITS - 1))
        stored = (stored + lowest).astype(np.int16)
    else:
        stored = stored.astype(np.uint16)
    ends = np.array([lowest, lowest + 2**BITS - 1])
    if intercept is not None:
        ends = ends * slope + intercept
        header |= {"RescaleSlope": slope, "RescaleIntercept": intercept}
    if windowed:  # reaches black and white at the ends, by the standard's formula
        low, high = sorted(ends)
        header |= {"WindowCenter": (low + high + 1) / 2, "WindowWidth": high - low + 1}
    path = save_dicom(tmp_path / "x.dcm", stored, photometric, **header)
    assert np.abs(read_radiograph(path).pixels - picture).max() < STEP


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_windows_agree_with_pydicom(tmp_path, function):
    from pydicom.pixels import apply_windowing

    dataset = dicom(WindowCenter=2300, WindowWidth=800, VOILUTFunction=function)
    expected = apply_windowing(dataset.pixel_array, dataset) / (2**BITS - 1)
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    np.testing.assert_allclose(read_radiograph(tmp_path / "x.dcm").pixels, expected, atol=1e-5)


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_a_voi_table_comes_before_a_window(tmp_path, bits):
    curve = np.linspace(0, 1, 2**BITS) ** 2
    table = lookup_table(np.rint(curve * (2**bits - 1)), bits)
    header = {"VOILUTSequence": table, "WindowCenter": 1, "WindowWidth": 2}
    pixels = read_radiograph(save_dicom(tmp_path / "x.dcm", **header)).pixels
    assert np.abs(pixels - chest_picture() ** 2).max() < 2 / (2 ** min(bits, BITS) - 1)


def test_values_beyond_a_table_take_its_ends(tmp_path):
    table = lookup_table([0, 65535], first=2000)
    pixels = read_radiograph(save_dicom(tmp_path / "x.dcm", VOILUTSequence=table)).pixels
    np.testing.assert_array_equal(pixels, twelve_bits(chest_picture()) > 2000)


def test_a_modality_table_comes_before_the_window(tmp_path):
    upside_down = np.arange(2**BITS)[::-1]
    header = {"ModalityLUTSequence": lookup_table(upside_down, BITS)}
    header |= {"WindowCenter": 2048, "WindowWidth": 4096}
    pixels = read_radiograph(save_dicom(tmp_path / "x.dcm", **header)).pixels
    assert np.abs(pixels - (1 - chest_picture())).max() < STEP


@pytest.mark.parametrize("syntax", ["RLELossless", "JPEG2000Lossless", "JPEGLSLossless"])
def test_compressed_files_read_the_same(tmp_path, syntax):
    import pydicom.uid
    from pydicom.pixels import get_decoder, get_encoder

    uid = getattr(pydicom.uid, syntax)
    if not (get_encoder(uid).is_available and get_decoder(uid).is_available):
        pytest.skip(f"no codec for {syntax} is installed")
    dataset = dicom()
    dataset.compress(uid)
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    assert np.abs(read_radiograph(tmp_path / "x.dcm").pixels - chest_picture()).max() < STEP


def test_colours_become_grey(tmp_path):
    grey = np.rint(chest_picture() * 255).astype(np.uint8)
    path = save_dicom(tmp_path / "x.dcm", np.stack([grey] * 3, -1), "RGB", 8)
    assert np.abs(read_radiograph(path).pixels - grey / 255).max() < 1e-6


@pytest.mark.parametrize(("code", "view"), [("PA", "pa"), ("LL", "lateral"), ("XYZ", "")])
def test_the_view_is_told(tmp_path, code, view):
    assert read_radiograph(save_dicom(tmp_path / "x.dcm", ViewPosition=code)).view == view


def test_spacing_is_the_detectors_where_it_is_known(tmp_path):
    path = save_dicom(tmp_path / "x.dcm", **PA, PixelSpacing=[0.1, 0.1])
    radiograph = read_radiograph(path)
    assert radiograph.pixel_spacing == (0.2, 0.3)
    assert "at the detector (ImagerPixelSpacing)" in radiograph.notes[0]


def test_other_spacing_is_told_with_its_calibration(tmp_path):
    header = {"PixelSpacing": [0.1, 0.1], "PixelSpacingCalibrationType": "FIDUCIAL"}
    radiograph = read_radiograph(save_dicom(tmp_path / "x.dcm", **header))
    assert radiograph.pixel_spacing == (0.1, 0.1)
    assert "calibrated by FIDUCIAL (PixelSpacing)" in radiograph.notes[0]
    assert read_radiograph(save_dicom(tmp_path / "y.dcm")).pixel_spacing is None


def test_dicom_is_known_by_content_and_orientation_is_noted(tmp_path):
    path = save_dicom(tmp_path / "IM0001", PatientOrientation=["L", "F"])
    radiograph = read_radiograph(path)
    assert radiograph.name == "IM0001"
    assert "patient orientation: L at the picture's right, F at its bottom" in radiograph.notes


@pytest.mark.parametrize(
    ("header", "note"),
    [
        ({"PresentationLUTShape": "INVERSE"}, "low values shown bright"),
        ({"PixelIntensityRelationshipSign": 1}, "bones are dark"),
        ({"PixelIntensityRelationshipSign": -1}, None),
    ],
)
def test_headers_against_bright_bones_are_noted(tmp_path, header, note):
    notes = read_radiograph(save_dicom(tmp_path / "x.dcm", **header)).notes
    assert any(note in found for found in notes) if note else not notes


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("by_table", [False, True])
@pytest.mark.parametrize("sign", [1, -1])
def test_what_stored_values_mean_is_turned_over_with_them(tmp_path, falling, by_table, sign):
    """The sign is that of stored values, a falling slope or table comes after it."""
    step = -1 if falling else 1
    header = {"RescaleSlope": step, "RescaleIntercept": 2**BITS - 1 if falling else 0}
    if by_table:
        header = {"ModalityLUTSequence": lookup_table(np.arange(2**BITS)[::step], BITS)}
    header["PixelIntensityRelationshipSign"] = sign
    stored = twelve_bits(1 - chest_picture() if falling else chest_picture())
    radiograph = read_radiograph(save_dicom(tmp_path / "x.dcm", stored, **header))
    assert np.abs(radiograph.pixels - chest_picture()).max() < STEP
    assert any("bones are dark" in note for note in radiograph.notes) == ((sign == 1) != falling)


def test_monochrome1_and_inverse_say_the_same_thing_once(tmp_path):
    stored = twelve_bits(1 - chest_picture())
    path = save_dicom(tmp_path / "x.dcm", stored, "MONOCHROME1", PresentationLUTShape="INVERSE")
    radiograph = read_radiograph(path)
    assert np.abs(radiograph.pixels - chest_picture()).max() < STEP
    assert not radiograph.notes


BAD = [
    ({"Modality": "CT"}, "modality CT"),
    ({"NumberOfFrames": 3}, "Export one frame"),
    ({"Rows": 60000, "Columns": 60000}, "claims 60000 x 60000 pixels"),
    ({"Rows": 81}, "less than expected"),
    ({"Rows": 0}, "claims 0 x 96"),
    ({"WindowCenter": 9000, "WindowWidth": 2}, "holds no picture"),
    ({"RescaleSlope": 0, "RescaleIntercept": 1}, "rescale slope 0"),
    ({"BitsStored": 99}, "cannot be decoded"),
]


@pytest.mark.parametrize(("header", "expected"), BAD, ids=[expected for _, expected in BAD])
def test_a_header_that_cannot_be_right_ends_in_one_line(tmp_path, header, expected):
    check_error(save_dicom(tmp_path / "bad.dcm", **header), expected)


def check_error(path, expected):
    with pytest.raises(DataError) as caught:
        read_radiograph(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: expected ")
    assert "\n" not in message
    assert expected in message


def test_a_short_table_ends_in_one_line(tmp_path):
    table = lookup_table([0, 65535])
    table[0].LUTDescriptor = [1000, 0, 16]
    check_error(save_dicom(tmp_path / "x.dcm", VOILUTSequence=table), "look-up table of 2 entries")


@pytest.mark.parametrize("length", [40, 140, 300, 2000])
def test_a_truncated_file_ends_in_one_line(tmp_path, length):
    path = save_dicom(tmp_path / "x.dcm")
    path.write_bytes(path.read_bytes()[:length])
    check_error(path, "found")


def test_a_text_file_and_a_file_without_picture_end_in_one_line(tmp_path):
    path = tmp_path / "text.dcm"
    path.write_text("no picture " * 30)
    check_error(path, "cannot be decoded (InvalidDicomError")
    dataset = dicom()
    del dataset.PixelData
    dataset.save_as(path, enforce_file_format=True)
    check_error(path, "no pixel data")


def test_a_lie_inside_compressed_pixels_is_not_believed(tmp_path):
    """The JPEG stream claims more rows than the DICOM header around it."""
    import io

    from PIL import Image
    from pydicom.encaps import encapsulate
    from pydicom.uid import JPEGBaseline8Bit

    dataset = dicom(np.rint(chest_picture() * 255).astype(np.uint8), bits=8)
    stream = io.BytesIO()
    Image.fromarray(dataset.pixel_array).save(stream, "JPEG")
    lie = stream.getvalue().replace(b"\x00\x50\x00\x60", b"\xff\xff\xff\xff", 1)  # 80 x 96
    dataset.PixelData = encapsulate([lie])
    dataset["PixelData"].VR = "OB"
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    check_error(tmp_path / "x.dcm", "claim 65535 x 65535 x 1")


def test_a_deflated_file_is_refused_before_it_is_inflated(tmp_path):
    from pydicom.uid import DeflatedExplicitVRLittleEndian

    dataset = dicom()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    check_error(tmp_path / "x.dcm", "a deflated one")


def test_without_pydicom_the_error_names_the_extra(tmp_path, monkeypatch):
    path = save_dicom(tmp_path / "x.dcm")
    monkeypatch.setitem(sys.modules, "pydicom", None)
    check_error(path, "pip install 'ct2xkeras[dicom]'")


def test_a_mutated_file_is_read_or_refused(tmp_path):
    """Bytes of the header are changed at random: a picture or a `DataError`, nothing else."""
    rng = np.random.default_rng(0)
    path = save_dicom(tmp_path / "x.dcm", **PA, WindowCenter=2048, WindowWidth=4096)
    whole = path.read_bytes()
    header = whole.index(twelve_bits(chest_picture()).tobytes())
    refused = 0
    for _ in range(300):
        content = bytearray(whole)
        for at in rng.integers(128, header, rng.integers(1, 4)):
            content[at] = rng.integers(256)
        path.write_bytes(content)
        try:
            pixels = read_radiograph(path).pixels
            assert pixels.min() >= 0
            assert pixels.max() <= 1
        except DataError:
            refused += 1
    assert 0 < refused < 300
