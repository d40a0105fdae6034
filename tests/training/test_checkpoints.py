import keras
import numpy as np

from ct2xkeras.models import CT2XGAN, PRESETS
from ct2xkeras.training.checkpoints import checkpoint_manager, images_seen, restore_newest


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
    checkpoint_manager(model, tmp_path, keep=2).save(checkpoint_number=images_seen(model))
    assert restore_newest(checkpoint_manager(twin, tmp_path, keep=2))
    pairs = list(zip(everything(model), everything(twin), strict=True))
    assert len(pairs) > 300
    for saved, restored in pairs:
        np.testing.assert_array_equal(saved, restored, err_msg=saved.path)


def test_a_folder_without_a_checkpoint_says_so(tmp_path):
    assert not restore_newest(checkpoint_manager(build(), tmp_path, keep=2))
