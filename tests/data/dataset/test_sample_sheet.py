import numpy as np
import pytest

from ct2xkeras.data import build_dataset, read_info
from ct2xkeras.data.ct.slices import slice_pictures
from ct2xkeras.data.dataset.info import shards_of
from ct2xkeras.data.dataset.preview import COLUMNS, GAP, SLICES, sample_sheet
from ct2xkeras.data.dataset.shards import read_shard

TILE = 32


@pytest.fixture(scope="module")
def rendered(make_spec, tmp_path_factory):
    """The same data set with poses in the place of DRRs."""
    folder = tmp_path_factory.mktemp("rendered")
    build_dataset(make_spec(drrs="rendered"), folder)
    return folder


def test_drrs_that_are_not_stored_are_rendered(dataset, rendered):
    stored, drawn = (sample_sheet(folder, tile=TILE) for folder in (dataset, rendered))
    assert drawn.shape == stored.shape
    assert drawn.shape[1] == COLUMNS * (TILE + GAP)
    difference = np.abs(drawn.astype(int) - stored)
    assert difference.max() <= 1
    assert drawn[:TILE, SLICES * (TILE + GAP) :][:, :TILE].std() > 10


def test_slices_hang_as_those_of_an_inspection_do(dataset):
    shard = shards_of(read_info(dataset), "train", "ct")[0]["name"]
    ct = next(read_shard(dataset / shard, "ct", "GZIP"))
    hu, spacing = ct["hu"].numpy(), ct["spacing"].numpy()
    sheet = sample_sheet(dataset, tile=TILE)
    for index, picture in enumerate(slice_pictures(hu, spacing, [5, 6, 7], TILE)):
        left = index * (TILE + GAP)
        drawn = sheet[: picture.shape[0], left : left + picture.shape[1]]
        np.testing.assert_allclose(drawn, (np.clip(picture, -1, 1) + 1) * 127.5, atol=0.51)
