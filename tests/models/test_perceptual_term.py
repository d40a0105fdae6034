"""The term `drr_lpips`: its network is the imported one."""

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from ct2xkeras.metrics.extractors.squeezenet import NAME, squeezenet
from ct2xkeras.metrics.extractors.weight_store import store_arrays
from ct2xkeras.models import CT2XGAN
from ct2xkeras.models.training_terms import picture_terms


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CT2XKERAS_CACHE", str(tmp_path))


@pytest.fixture
def compiled(own_cache):
    network = squeezenet()
    weights = ((layer.name, weight) for layer in network.layers for weight in layer.weights)
    store_arrays(NAME, {f"{layer}/{weight.name}": weight.numpy() for layer, weight in weights})
    model = CT2XGAN.from_preset("tiny")
    model.compile("adam", "adam", loss_settings={"drr_lpips": 1.0})
    return model


def test_without_the_weights_it_is_said_how_to_get_them(own_cache):
    with pytest.raises(ValueError, match=f"{NAME}.*ct2xkeras weights import"):
        CT2XGAN.from_preset("tiny").compile("adam", "adam", loss_settings={"drr_lpips": 1.0})


def test_it_grows_with_the_distance_from_the_drr_and_vanishes_at_it(compiled):
    random = np.random.default_rng(0)
    drr, noise = random.uniform(-1, 1, (2, 2, 32, 32, 1)).astype("float32")
    views = {"drr": drr, "coverage": np.ones_like(drr), "style_image": drr}
    same, near, far = (
        picture_terms(
            compiled.loss_settings,
            views,
            {"drr": ops.convert_to_tensor(drr + share * noise), "xray": drr},
            compiled.perceptual,
        )["drr_lpips"]
        for share in (0.0, 0.1, 0.5)
    )
    np.testing.assert_allclose(same, 0, atol=1e-5)
    assert np.all(near > 1e-5)
    assert np.all(near < far)


@pytest.mark.slow
def test_a_step_with_it_is_finite_and_logs_it(compiled, make_batch):
    batch = {name: tf.constant(value) for name, value in make_batch(compiled.architecture).items()}
    logs = compiled.train_step(batch)
    assert logs["drr_lpips"] > 0
    assert all(np.isfinite(value) for value in logs.values())
