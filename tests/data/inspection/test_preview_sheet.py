import numpy as np
import pytest
from data_samples import torso, torso_affine
from PIL import Image

from ct2xkeras.data import Radiograph, Volume
from ct2xkeras.data.inspection.captions import wrapped, write
from ct2xkeras.data.inspection.findings import CaseReport, Finding
from ct2xkeras.data.inspection.sheet import STEP, TILE, WIDTH, Entry, draw_sheet
from ct2xkeras.data.inspection.tiles import slice_tiles, xray_tiles


def entry(name, kind, tiles=2, findings=()):
    pictures = tuple(np.full((TILE, TILE), 200, np.uint8) for _ in range(tiles))
    return Entry(CaseReport(name, name, kind, name, findings=tuple(findings)), pictures)


def rows_of_tiles(sheet):
    """How many rows of tiles lie under each other at the sheet's left."""
    column = np.asarray(sheet.convert("L"))[:, STEP // 2] == 200
    return int(np.diff(column.astype(int)).clip(0).sum())


def test_a_row_a_ct_then_four_radiographs_a_row():
    entries = [entry(f"x{i}", "xray") for i in range(5)] + [entry("ct", "ct", 5)]
    sheet = draw_sheet(entries)
    assert sheet.width == WIDTH
    assert rows_of_tiles(sheet) == 3


def test_unreadable_cases_and_what_is_left_out_are_on_the_sheet():
    finding = Finding("error", "unreadable", "expected a CT, found a poem. " * 8)
    sheet = draw_sheet([entry("bad", "ct", 0, [finding])], left_out=0)
    assert np.asarray(sheet).max() > 200
    more = draw_sheet([entry("bad", "ct", 0, [finding])], left_out=7)
    assert more.height > sheet.height


def test_long_text_is_cut_or_wrapped_to_its_width():
    picture = Image.new("RGB", (400, 30))
    write(picture, (0, 0), "a very long name of a file " * 9, 200, (255, 255, 255))
    assert np.asarray(picture)[:, :200].any()
    assert not np.asarray(picture)[:, 201:].any()
    assert wrapped("one two three " * 20, 120)[0].startswith("one two")
    assert len(wrapped("one two three " * 20, 120)) > 5


def test_slices_keep_the_voxels_proportions_and_hang_as_in_the_clinic():
    hu = torso()
    axial, coronal, sagittal = slice_tiles(Volume(hu, torso_affine(), "ct"))
    assert axial.shape == (TILE * 40 // 48, TILE)
    assert coronal.shape == (round(TILE * 240 / 384), TILE)
    assert sagittal.shape == (round(TILE * 240 / 320), TILE)
    # The table lies behind the patient: at the bottom of an axial slice, at the right of a
    # sagittal one.
    table = axial[-TILE // 8 :, : TILE // 8].max()
    assert table > 1.5 * axial[: TILE // 8, : TILE // 8].max()
    assert sagittal[:, -TILE // 8 :].max() > 1.5 * sagittal[:, : TILE // 8].max()


def test_a_radiograph_without_contrast_has_no_prepared_tile():
    flat = np.full((64, 64), 0.5, np.float32)
    flat[0, 0] = 0.6
    assert len(xray_tiles(Radiograph(flat, "flat"))) == 1
    ramp = np.tile(np.linspace(0.1, 0.9, 64, dtype=np.float32), (64, 1))
    assert [tile.shape for tile in xray_tiles(Radiograph(ramp, "ramp"))] == [(TILE, TILE)] * 2


@pytest.mark.parametrize("empty", [False, True])
def test_drrs_of_a_patient_and_none_of_nobody(empty):
    from ct2xkeras.data.inspection.tiles import drr_tiles

    hu = np.full((24, 40, 48), -1000, np.int16) if empty else torso()
    tiles = drr_tiles(Volume(hu, torso_affine(), "ct"))
    assert [tile.shape for tile in tiles] == ([] if empty else [(TILE, TILE)] * 2)
    assert all(tile.max() > 200 and tile.min() == 0 for tile in tiles)
