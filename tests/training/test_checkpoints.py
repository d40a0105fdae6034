import shutil

import keras
import numpy as np
import pytest

from ct2xkeras.models import CT2XGAN, PRESETS
from ct2xkeras.training.checkpoints import (
    BestCheckpoint,
    checkpoint_manager,
    newest_images,
    restore_newest,
)
from ct2xkeras.training.failures import DiskFullError
from ct2xkeras.training.resources import require_disk
from ct2xkeras.training.run_folder import RunFolder


def everything(model):
    return [*model.weights, *model.g_optimizer.variables, *model.d_optimizer.variables]


def build():
    model = CT2XGAN(PRESETS["tiny"])
    model.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3))
    return model


def test_every_variable_comes_back(tmp_path, rng):
    model, twin = build(), build()
    for variable in everything(model):
        variable.assign(rng.integers(1, 1000, variable.shape))
    checkpoint_manager(model, tmp_path, keep=2).save(checkpoint_number=model.images_now())
    assert restore_newest(checkpoint_manager(twin, tmp_path, keep=2))
    pairs = list(zip(everything(model), everything(twin), strict=True))
    assert len(pairs) > 300
    for saved, restored in pairs:
        np.testing.assert_array_equal(saved, restored, err_msg=saved.path)


def test_a_folder_without_a_checkpoint_says_so(tmp_path):
    assert not restore_newest(checkpoint_manager(build(), tmp_path, keep=2))


class Offers:
    """A `BestCheckpoint` of a tiny model, and the images that it was last saved at."""

    def __init__(self, folder, metric):
        self.run, self.model = RunFolder(folder), build()
        self.best = BestCheckpoint(self.run, metric, self.model)

    def kept(self, images, value, spec):
        self.model.images_seen.assign(images)
        self.best.offer(self.model, {spec: value, "other[n=2]": 0.0})
        return newest_images(self.run.best_checkpoint)


def test_the_best_checkpoint_is_kept_by_its_metric(tmp_path):
    offers = Offers(tmp_path / "high", "structure")
    spec = "structure[gradient-correlation,n=2]"
    assert [offers.kept(*offer, spec) for offer in ((8, 0.5), (16, 0.4), (24, 0.6))] == [8, 8, 24]
    assert len(list(offers.run.best_checkpoint.glob("*.index"))) == 1
    again = Offers(tmp_path / "high", "structure")
    assert again.kept(32, 0.55, spec) == 24
    assert again.kept(40, 0.1, "structure[gradient-correlation,n=4]") == 40  # another measure

    offers = Offers(tmp_path / "low", "kid")
    offer = ((8, 0.5), (16, 0.6), (24, 0.1))
    assert [offers.kept(*each, "kid[pixels32,n=2]") for each in offer] == [8, 8, 24]


def test_no_checkpoint_is_begun_on_a_full_disk(tmp_path, monkeypatch):
    model = build()
    usage = shutil.disk_usage(tmp_path)._replace(free=60 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(DiskFullError, match=r"\d+ MB are free .* needs \d+ MB"):
        require_disk(tmp_path, model)
    usage = usage._replace(free=2**40)
    require_disk(tmp_path, model)
