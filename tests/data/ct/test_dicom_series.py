import dataclasses
import struct
import sys
import uuid

import numpy as np
import pytest
from data_samples import torso
from pydicom.pixels.decoders.base import Decoder
from pydicom.uid import JPEG2000Lossless, RLELossless
from series_samples import AXIAL, SHAPE, enhanced_dataset, save, scan, slice_dataset, write_series

from ct2xkeras.data import locations
from ct2xkeras.data.ct.grid import axis_aligned
from ct2xkeras.data.ct.volumes import read_volume
from ct2xkeras.data.errors import DataError

MARK = (5, 3, 17)  # slice, row, column

COS, SIN = np.cos(np.radians(20)), np.sin(np.radians(20))
STACKS = {
    "axial": (AXIAL, (0, 0, 10)),
    "axial, feet last": (AXIAL, (0, 0, -10)),
    "prone": ((-1, 0, 0, 0, -1, 0), (0, 0, 10)),
    "seen from above": ((-1, 0, 0, 0, 1, 0), (0, 0, 10)),
    "coronal": ((1, 0, 0, 0, 0, -1), (0, 10, 0)),
    "sagittal": ((0, 1, 0, 0, 0, -1), (10, 0, 0)),
    "oblique": ((COS, SIN, 0, -SIN, COS, 0), (0, 0, 10)),
    "oblique in depth": ((1, 0, 0, 0, COS, SIN), (0, -10 * SIN, 10 * COS)),
    "tilted gantry": ((1, 0, 0, 0, COS, SIN), (0, 0, 10)),
}


def world_of_brightest(volume):
    index = np.unravel_index(np.argmax(volume.hu), volume.hu.shape)
    return (volume.affine @ [*index[::-1], 1])[:3]


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_every_voxel_stays_where_the_scanner_measured_it(tmp_path, stack):
    hu = torso(SHAPE)
    hu[MARK] = 3000
    orientation, step = stack
    series = scan(hu=hu, orientation=orientation, step=step)
    volume = read_volume(write_series(tmp_path / "ct", series))
    np.testing.assert_allclose(world_of_brightest(volume), series.world(*MARK), atol=1e-6)
    np.testing.assert_array_equal(np.sort(volume.hu, axis=None), np.sort(hu, axis=None))
    corner = volume.affine @ [0, 0, 0, 1]
    corners = [series.world(s, r, c) for s in (0, 7) for r in (0, 19) for c in (0, 23)]
    assert np.isclose(corner[:3], corners, atol=1e-6).all(axis=1).any()


def test_order_and_spacing_come_from_positions_alone(tmp_path):
    def mislead(dataset, index):
        dataset.InstanceNumber = (3 * index) % 8
        dataset.SliceThickness = 25
        dataset.SpacingBetweenSlices = -3
        dataset.SliceLocation = 7

    series = scan()
    volume = read_volume(write_series(tmp_path / "ct", series, change=mislead))
    assert volume.spacing == pytest.approx((10, 8, 7))
    np.testing.assert_array_equal(volume.hu, series.hu[:, ::-1, ::-1])
    assert (volume.name, volume.notes) == ("ct", ())


def test_a_tilted_gantry_is_noted_and_resampled_to_where_the_patient_was(tmp_path):
    hu = np.full((24, 40, 48), -1000, np.int16)
    hu[3:21, 5:35, 6:42] = 0
    hu[14:17, 9:12, 29:32] = 3000
    orientation, _ = STACKS["tilted gantry"]
    series = scan(hu=hu, orientation=orientation, step=(0, 0, 3), pixel_spacing=(2.0, 2.0))
    tilted = read_volume(write_series(tmp_path / "ct", series))
    assert tilted.notes == ("gantry tilt of 20.0 degrees: slices kept as a sheared grid",)
    straight = axis_aligned(tilted)
    weight = np.maximum(straight.hu, 0).astype(float)
    index = [
        np.average(np.arange(n), weights=weight.sum(axis=tuple({0, 1, 2} - {axis})))
        for axis, n in enumerate(weight.shape)
    ]
    world = straight.affine @ [*index[::-1], 1]
    np.testing.assert_allclose(world[:3], series.world(15, 10, 30), atol=0.7)


def test_a_tilt_that_the_positions_do_not_show_is_noted(tmp_path):
    volume = read_volume(write_series(tmp_path / "ct", scan(), GantryDetectorTilt=15))
    assert "15 degrees in the header" in volume.notes[0]


def test_each_slice_has_its_own_rescale_and_sign(tmp_path):
    series = scan()

    def stored_otherwise(dataset, index):
        if index % 2:
            signed = 2 * series.hu[index].astype(np.int16) + 100
            dataset.PixelRepresentation = 1
            dataset.PixelData = signed.tobytes()
            dataset.RescaleSlope, dataset.RescaleIntercept = 0.5, -50

    volume = read_volume(write_series(tmp_path / "ct", series, change=stored_otherwise))
    np.testing.assert_array_equal(volume.hu[:, ::-1, ::-1], series.hu)


@pytest.mark.parametrize("written", [-2000, 63536])  # some writers store it as if unsigned
def test_pixel_padding_becomes_air_and_is_noted(tmp_path, written):
    series = scan()

    def padded(dataset, index):
        signed = series.hu[index].copy()
        signed[0] = -1900 if index else -2000
        dataset.PixelRepresentation = 1
        dataset.PixelData = signed.tobytes()
        dataset.RescaleIntercept = 0
        element = "SS" if written < 0 else "US"
        dataset.add_new("PixelPaddingValue", element, written)
        dataset.add_new("PixelPaddingRangeLimit", "SS", -1900)

    volume = read_volume(write_series(tmp_path / "ct", series, change=padded))
    assert (volume.hu[:, -1] == -1024).all()
    assert volume.notes == (
        "0.625 % of voxels at -2000 (padding) became air",
        "4.38 % of voxels at -1900 (padding) became air",
    )


def test_padding_that_would_remove_tissue_is_not_believed(tmp_path):
    series = scan()
    volume = read_volume(write_series(tmp_path / "ct", series, PixelPaddingValue=1024))
    np.testing.assert_array_equal(volume.hu[:, ::-1, ::-1], series.hu)
    assert volume.notes == ("Pixel Padding Value 1024 lies among real HU: not used",)


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless])
def test_compressed_series_read_the_same(tmp_path, syntax):
    def compressed(dataset, index):
        dataset.compress(syntax, generate_instance_uid=False)

    series = scan(hu=torso((4, 64, 72)))
    volume = read_volume(write_series(tmp_path / "ct", series, change=compressed))
    np.testing.assert_array_equal(volume.hu[:, ::-1, ::-1], series.hu)


def test_a_multi_frame_file_equals_the_series(tmp_path):
    series = scan()
    single = read_volume(write_series(tmp_path / "ct", series))
    multi = read_volume(save(enhanced_dataset(series), tmp_path / "enhanced.dcm"))
    np.testing.assert_array_equal(multi.hu, single.hu)
    np.testing.assert_allclose(multi.affine, single.affine, atol=1e-9)
    assert multi.name == "enhanced"


def test_what_lies_beside_a_series_is_left_out_and_noted(tmp_path):
    folder = write_series(tmp_path / "ct", scan())
    (folder / "README").write_text("about this scan")
    (folder / "empty.dcm").touch()
    save(slice_dataset(scan(), 0, ImageType=["ORIGINAL", "LOCALIZER"]), folder / "scout")
    report = slice_dataset(scan(), 0, SOPClassUID="1.2.840.10008.5.1.4.1.1.7", Modality="SR")
    save(report, folder / "deep" / "report")
    directory = slice_dataset(scan(), 0, SOPClassUID="1.2.840.10008.1.3.10")
    save(directory, folder / "DICOMDIR")
    volume = read_volume(folder)
    assert volume.hu.shape == SHAPE
    assert volume.notes == ("1 left out: SR", "1 left out: localiser")


def test_a_doubled_slice_is_dropped_only_where_it_is_the_same(tmp_path):
    folder = write_series(tmp_path / "ct", scan())
    save(slice_dataset(scan(), 4), folder / "again")
    volume = read_volume(folder)
    assert volume.notes == ("1 doubled images left out",)
    assert volume.hu.shape == SHAPE
    other = scan(hu=scan().hu + 1)
    save(slice_dataset(other, 4), folder / "again")
    with pytest.raises(DataError, match=r"different ones at 1 of 8 positions, such as .*again"):
        read_volume(folder)


def two_series(folder):
    write_series(folder, scan())
    write_series(folder / "second", scan(series="1.2.826.0.1.2", hu=scan().hu[:5]))


def test_one_of_several_series_is_chosen_by_its_uid(tmp_path):
    two_series(tmp_path)
    with pytest.raises(DataError) as caught:
        read_volume(tmp_path)
    assert "1.2.826.0.1.1 (8 images, Thorax 8.0); 1.2.826.0.1.2 (5 images" in str(caught.value)
    assert "Choose one as PATH::UID" in str(caught.value)
    volume = read_volume(f"{tmp_path}::1.2.826.0.1.2")
    assert volume.hu.shape == (5, 20, 24)
    assert volume.name == f"{tmp_path.name}_2"
    with pytest.raises(DataError, match=r"expected a CT series 1\.2\.9, found 2: "):
        read_volume(f"{tmp_path}::1.2.9")


def changed(index, **tags):
    """Slices of which one has other tags."""

    def change(dataset, at):
        for keyword, value in tags.items() if at == index else ():
            if value is None:
                del dataset[keyword]
            else:
                setattr(dataset, keyword, value)

    return lambda folder: write_series(folder, scan(), change=change)


def missing_slices(folder):
    write_series(folder, scan(), skip=(2, 3))


def missing_at_both_ends(folder):
    write_series(folder, scan(), skip=(1, 6))


def uneven(folder):
    def change(dataset, index):
        dataset.ImagePositionPatient = [-90, -80, 30 + 10 * index * (1 + 0.03 * index)]

    write_series(folder, scan(), change=change)


def time_series(folder):
    write_series(folder, scan())
    write_series(folder / "later", scan(hu=scan().hu + 1))


def larger_slice(folder):
    write_series(folder, scan(), skip=(3,))
    large = dataclasses.replace(scan(), hu=torso((8, 20, 30)))
    save(slice_dataset(large, 3), folder / "large")


def only_a_scout(folder):
    save(slice_dataset(scan(), 0, ImageType=["ORIGINAL", "LOCALIZER"]), folder / "scout")


def another_modality(folder):
    mr = "1.2.840.10008.5.1.4.1.1.4"
    write_series(folder, scan(), SOPClassUID=mr, Modality="MR")


def truncated(folder):
    write_series(folder, scan())
    path = next(folder.iterdir())
    path.write_bytes(path.read_bytes()[:-100])


def cut_in_its_header(folder):
    write_series(folder, scan())
    path = next(folder.iterdir())
    path.write_bytes(path.read_bytes()[:400])


def claims_a_huge_image(folder):
    write_series(folder, scan(), change=lambda d, i: setattr(d, "Rows", 65535))


def claims_a_larger_image(folder):
    write_series(folder, scan(), change=lambda d, i: setattr(d, "Rows", 8000))


def negated(folder):
    write_series(folder, scan(), RescaleSlope=-1, RescaleIntercept=1024)


def without_rescale(folder):
    write_series(folder, scan(), RescaleSlope=None, RescaleIntercept=None)


BAD = {
    "missing slices": (missing_slices, "2 slices missing between 40 and 70 mm (usual gap 10 mm)"),
    "missing at both ends": (missing_at_both_ends, "between 30 and 50 mm and at 1 more places"),
    "uneven": (uneven, "uneven gaps of 10.3 to 13.9 mm"),
    "time series": (time_series, "different ones at 8 of 8 positions"),
    "one place": (lambda f: write_series(f, scan(step=(0, 0, 0))), "8 images at one position"),
    "sideways": (changed(3, ImagePositionPatient=[-80, -80, 60]), "mm beside their line"),
    "another size": (larger_slice, "one size in a series, found size"),
    "another turn": (changed(3, ImageOrientationPatient=[0, 1, 0, 1, 0, 0]), "one orientation"),
    "another spacing": (changed(3, PixelSpacing=[4, 4]), "one pixel spacing"),
    "no position": (changed(3, ImagePositionPatient=None), "a usable Image Position"),
    "no series": (changed(3, SeriesInstanceUID=None), "without Series Instance UID"),
    "skewed": (
        lambda f: write_series(f, scan(orientation=(1, 0, 0, 0.5, 0.8, 0))),
        "perpendicular rows and columns",
    ),
    "no slope": (changed(3, RescaleSlope=0), "slope 0"),
    "only a scout": (only_a_scout, "1 of kind 'localiser'"),
    "another modality": (another_modality, "8 of kind 'MR'"),
    "empty": (lambda folder: folder.mkdir(), "none (no DICOM file)"),
    "truncated": (truncated, "cannot be read"),
    "cut in its header": (cut_in_its_header, "expected a whole volume file"),
    "claims a huge image": (claims_a_huge_image, "65535 x 24 pixels"),
    "claims a larger image": (claims_a_larger_image, "cannot be read"),
    "negated": (negated, "multiply the values by -1"),
    "without rescale": (without_rescale, "Rescale Intercept (DICOM) to -1024"),
}


@pytest.mark.parametrize("make", BAD)
def test_a_bad_series_ends_in_one_line_that_names_it(tmp_path, make):
    write, expected = BAD[make]
    write(tmp_path / "bad")
    with pytest.raises(DataError) as caught:
        read_volume(tmp_path / "bad")
    message = str(caught.value)
    assert message.startswith(str(tmp_path / "bad"))
    assert "\n" not in message
    assert expected in message


def test_a_missing_decoder_or_library_is_named_with_its_pip_line(tmp_path, monkeypatch):
    def compressed(dataset, index):
        dataset.compress(RLELossless, generate_instance_uid=False)

    folder = write_series(tmp_path / "ct", scan(), change=compressed)
    monkeypatch.setattr(Decoder, "is_available", False)
    with pytest.raises(DataError, match=r"a decoder for RLE Lossless.*pip install 'ct2xkeras\[di"):
        read_volume(folder)
    monkeypatch.setitem(sys.modules, "pydicom", None)
    (folder / "new").touch()
    with pytest.raises(DataError, match=r"no pydicom. Install it: pip install 'ct2xkeras\[dicom\]"):
        read_volume(folder)


def test_a_folder_at_an_address_reads_as_a_local_one(tmp_path):
    local = write_series(tmp_path / "ct", scan())
    address = f"ram://{uuid.uuid4().hex}/ct"
    locations.make_folder(address)
    for file in local.iterdir():
        locations.write_bytes(f"{address}/{file.name}", file.read_bytes())
    one, other = read_volume(local), read_volume(address)
    np.testing.assert_array_equal(one.hu, other.hu)
    np.testing.assert_array_equal(one.affine, other.affine)
    assert one.name == other.name


def test_the_real_series_agrees_with_simpleitk(tmp_path, real_data):
    import zipfile

    sitk = pytest.importorskip("SimpleITK")
    from ct2xkeras.data.ct.itk_volumes import lps_affine

    archive = real_data / "ct" / "lung_dx_a0002_chest_dicom.zip"
    zipfile.ZipFile(archive).extractall(tmp_path)
    reader = sitk.ImageSeriesReader()
    (series,) = reader.GetGDCMSeriesIDs(str(tmp_path))
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(tmp_path), series))
    image = reader.Execute()
    volume = read_volume(archive)
    hu = sitk.GetArrayFromImage(image)[:, ::-1, ::-1]
    np.testing.assert_array_equal(volume.hu, np.clip(hu, -1024, 3071))
    last = [n - 1 for n in image.GetSize()]
    corner = lps_affine(image) @ [last[0], last[1], 0, 1]
    np.testing.assert_allclose(volume.affine[:3, 3], corner[:3], atol=1e-4)
    np.testing.assert_allclose(volume.spacing, image.GetSpacing()[::-1], rtol=1e-6)
    np.testing.assert_array_equal(read_volume(tmp_path).hu, volume.hu)


def test_compressed_slices_that_claim_another_size_are_refused_before_decoding(tmp_path):
    def huge(dataset, index):
        dataset.compress(JPEG2000Lossless, generate_instance_uid=False)
        content = bytearray(dataset.PixelData)
        at = content.index(b"\xff\x4f\xff\x51") + 8  # width and height
        content[at : at + 8] = struct.pack(">2I", 60_000, 60_000)
        dataset.PixelData = bytes(content)

    folder = write_series(tmp_path / "ct", scan(hu=torso((4, 64, 72))), change=huge)
    with pytest.raises(DataError, match="claim 60000 x 60000"):
        read_volume(folder)
