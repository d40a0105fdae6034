import numpy as np
import pytest
from data_samples import torso, torso_affine
from scipy import ndimage

from ct2xkeras.data.ct.body import body_mask
from ct2xkeras.data.ct.grid import axis_aligned, body_box, to_model_volume
from ct2xkeras.data.ct.volumes import Volume, read_volume
from ct2xkeras.data.errors import DataError

FINE = (30, 100, 120)  # voxels of the torso at 3 x 4 x 4 mm


@pytest.fixture
def volume():
    return Volume(torso(FINE), torso_affine((4.0, 4.0, 3.0)), "torso")


def test_the_body_is_whole_and_the_table_is_not_in_it(volume):
    mask = body_mask(volume.hu, volume.spacing)
    without_table = torso(FINE, table=False) > -900
    assert mask[without_table].all()
    assert mask.sum() < 1.15 * without_table.sum()
    assert not mask[:, : FINE[1] // 12].any()


def test_a_lung_cut_by_the_field_stays_in_the_body(volume):
    cut = volume.hu[:, :, 24:]  # through the left lung
    inside = (torso(FINE, table=False) > -900)[:, :, 24:]
    assert body_mask(cut, volume.spacing)[inside].mean() > 0.99


def test_a_lung_cut_by_a_round_field_stays_in_the_body(volume):
    y, x = np.ogrid[: FINE[1], : FINE[2]]
    field = (y - 50) ** 2 + (x - 70) ** 2 < 47**2
    hu = np.where(field, volume.hu, np.int16(-1024))
    inside = (torso(FINE, table=False) > -900) & field
    assert body_mask(hu, volume.spacing)[inside].mean() > 0.97


def test_the_grid_spans_exactly_the_box_around_the_body(volume):
    grid = to_model_volume(volume, (16, 60, 80))
    assert grid.hu.shape == (16, 60, 80)
    assert grid.hu.dtype == np.int16
    np.testing.assert_allclose(grid.extent[0], volume.extent[0], rtol=1e-6)
    np.testing.assert_allclose(grid.extent[1:], (0.6 * 400, 0.8 * 480), atol=17)
    assert grid.hu[:, 0].max() < -900


@pytest.mark.parametrize("size", [(12, 20, 24), (30, 64, 100), (60, 160, 160)])
def test_mean_hu_is_kept_by_resampling(volume, size):
    mask = body_mask(volume.hu, volume.spacing)
    body = np.where(mask, volume.hu, -1024)[body_box(mask, volume.spacing)]
    assert abs(to_model_volume(volume, size).hu.mean() - body.mean()) < 3


def test_world_and_model_millimetres_name_the_same_tissue(volume):
    grid = to_model_volume(volume, (30, 80, 100))
    bone = np.argwhere(volume.hu > 300).mean(0)[::-1]
    in_model = volume.affine[:3, :3] @ bone + volume.affine[:3, 3] - grid.center
    index = in_model[::-1] / grid.spacing + (np.array(grid.hu.shape) - 1) / 2
    found = np.argwhere(grid.hu > 300).mean(0)
    np.testing.assert_allclose(index, found, atol=0.5)


def test_a_tilted_ct_shows_the_same_world(volume):
    angle = np.radians(15)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    tilted = Volume(volume.hu, turn @ volume.affine, "tilted")
    straight = axis_aligned(tilted)
    assert np.abs(straight.affine[:3, :3] - np.diag(np.diag(straight.affine)[:3])).max() < 1e-9
    index = np.array([12, 50, 60])
    world = tilted.affine @ [*index[::-1], 1]
    moved = (np.linalg.inv(straight.affine) @ world)[2::-1]
    here = ndimage.map_coordinates(straight.hu.astype(float), moved[:, None], order=1)
    assert abs(here[0] - tilted.hu[tuple(index)]) < 30
    assert (straight.hu[[0, -1]] > -1024).mean() > 0.5  # no empty wedge at the ends


def test_a_volume_without_a_patient_is_refused_by_name():
    hu = np.full((10, 20, 20), -1000, np.int16)
    hu[5, 5, 5] = 100
    with pytest.raises(DataError, match=r"empty.*patient"):
        to_model_volume(Volume(hu, np.eye(4), "empty"), (8, 8, 8))


def test_a_real_chest_loses_its_table_and_keeps_its_lungs(real_data):
    grid = to_model_volume(
        read_volume(real_data / "ct/acrin_flt_breast_013_chest.nii.gz"), (64, 64, 64)
    )
    labels, number = ndimage.label(grid.hu > -400)
    sizes = np.sort(np.bincount(labels.ravel())[1:])
    assert number == 1 or sizes[-2] < 0.002 * sizes[-1]
    assert 0.05 < ((grid.hu > -950) & (grid.hu < -600)).mean() < 0.4


def test_a_real_lung_cut_by_the_round_field_is_kept(real_data):
    path = real_data / "ct/rider_pilot_0117_lower_chest.nii.gz"
    hu = to_model_volume(read_volume(path), (16, 64, 64)).hu
    lung = (hu > -950) & (hu < -600)
    assert lung[..., 32:].sum() > 0.3 * lung[..., :32].sum()


def test_a_table_that_fills_most_of_the_room_behind_a_wide_body_is_left_out():
    hu = np.full((4, 80, 80), -1000, np.int16)
    hu[:, 30:60] = 40  # reaches the field's border on both sides
    hu[:, 2:22] = -900  # mattress
    hu[:, 4:8, 20:60] = 1000  # rails
    mask = body_mask(hu, (5.0, 4.0, 4.0))
    assert mask[:, 31:59].all()
    assert not mask[:, :28].any()
