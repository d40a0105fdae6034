"""Every method that CT2X-GAN is compared with, against what all methods promise."""

import functools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.geometry import PosePrior
from ct2xkeras.methods import DEFAULT_METHOD, METHODS
from ct2xkeras.training.checkpoints import checkpoint_manager, restore_newest

BASELINES = [name for name in METHODS if name != DEFAULT_METHOD]
INDEX = np.array([1, 0, 1], "int32")  # which of two volumes each of three views shows

each_baseline = pytest.mark.parametrize("name", BASELINES)
each_trained = pytest.mark.parametrize("name", [n for n in BASELINES if n != "classical"])

# ------------------------------------------------------------------ what the checks share


def networks_of(name):
    keras.utils.set_random_seed(0)
    networks = METHODS[name].networks_class()("tiny")
    networks.build()
    if hasattr(networks, "inversion_steps"):
        networks.inversion_steps = 0  # the search for a patient has tests of its own
    return networks


@functools.cache
def built(name):
    """Networks whose weights are all at work."""
    networks, rng = networks_of(name), np.random.default_rng(1)
    for weight in networks.trainable_weights:
        weight.assign_add(rng.normal(scale=0.02, size=weight.shape).astype("float32"))
    return networks


@functools.cache
def scene(name):
    """Two CTs, and three views of them with their styles and seeds."""
    rng, architecture = np.random.default_rng(0), METHODS[name].presets()["tiny"]
    side, size = architecture.image_size, architecture.volume_size
    prior = PosePrior(views={"pa": 1.0}, footprint=(120.0, 160.0))
    return {
        "volume": rng.integers(-1000, 1500, (2, *size, 1)).astype("int16"),
        "spacing": np.full((2, 3), 300 / size[0], "float32"),
        "poses": prior.sample(0, 3, (300, 300, 300), (side, side)),
        "style_code": rng.uniform(-1, 1, (3, architecture.style_size)).astype("float32"),
        "seeds": np.array([5, 6, 7], "int32"),
    }


def codes_of(networks, views):
    return networks.encode_ct(views["volume"], views["spacing"])


def rendered(networks, views, rows=slice(None)):
    """X-ray, DRR and coverage of some of the three views."""
    poses, styles, seeds = (views[key][rows] for key in ("poses", "style_code", "seeds"))
    cts = (codes_of(networks, views), views["volume"], views["spacing"])
    return networks.render(*cts, poses, styles, INDEX[rows], seeds)


def model_of(name):
    keras.utils.set_random_seed(0)
    model = METHODS[name].model_class()("tiny")
    adam = functools.partial(keras.optimizers.Adam, 1e-3, beta_1=0.0, beta_2=0.99)
    model.compile(adam(), adam(), loss_settings={"r1_interval": 2}, ema_half_life=100)
    return model


def everything(model):
    return [*model.weights, *model.g_optimizer.variables, *model.d_optimizer.variables]


def train(model, batches, epochs=1):
    data = tf.data.Dataset.from_tensor_slices(
        {key: np.concatenate([batch[key] for batch in batches]) for key in batches[0]}
    ).batch(len(batches[0]["volume"]))
    return model.fit(data, epochs=epochs, verbose=0, shuffle=False).history


# ------------------------------------------------------------------ networks


@each_baseline
def test_codes_have_the_shapes_that_are_named(name):
    networks, views = built(name), scene(name)
    codes = codes_of(networks, views)
    assert [tuple(code.shape) for code in codes] == [(2, *s) for s in networks.content_shapes]
    side = networks.architecture.image_size
    styles = networks.encode_style(np.zeros((3, side, side, 1), "float32"))
    assert tuple(styles.shape) == (3, networks.architecture.style_size)


@each_baseline
def test_a_view_is_the_same_in_any_company_and_each_time(name):
    networks, views = built(name), scene(name)
    together = rendered(networks, views)
    side = networks.architecture.image_size
    for pictures in together:
        assert tuple(pictures.shape) == (3, side, side, 1)
        assert np.all(np.isfinite(pictures))
    np.testing.assert_array_equal(rendered(networks, views)[0], together[0])
    alone = rendered(networks, views, slice(1, 2))
    for pictures, among in zip(alone, together, strict=True):
        np.testing.assert_allclose(pictures[0], among[1], atol=1e-4)


@each_baseline
def test_a_call_encodes_and_renders(name):
    networks, views = built(name), scene(name)
    side = networks.architecture.image_size
    style_image = np.random.default_rng(2).uniform(-1, 1, (2, side, side, 1)).astype("float32")
    inputs = {"volume": views["volume"], "spacing": views["spacing"], "pose": views["poses"][:2]}
    xray = networks({**inputs, "style_image": style_image})
    styles, index = networks.encode_style(style_image), np.arange(2, dtype="int32")
    cts = (codes_of(networks, views), views["volume"], views["spacing"])
    expected = networks.render(*cts, views["poses"][:2], styles, index)[0]
    np.testing.assert_allclose(xray, expected, atol=1e-5)


@each_baseline
def test_networks_are_made_again_from_config_and_weights(name, tmp_path):
    networks, views = built(name), scene(name)
    config = json.loads(json.dumps(networks.get_config()))
    twin = type(networks).from_config(config)
    assert twin.architecture == networks.architecture
    twin.build()
    if hasattr(twin, "inversion_steps"):
        twin.inversion_steps = 0
    networks.save_weights(tmp_path / "networks.weights.h5")
    twin.load_weights(tmp_path / "networks.weights.h5")
    np.testing.assert_array_equal(rendered(twin, views)[0], rendered(networks, views)[0])


# ------------------------------------------------------------------ training


@pytest.fixture(scope="module")
def strategy(two_replicas):
    """The same one for all methods."""
    return two_replicas()


@pytest.mark.long
@each_trained
def test_500_steps_on_two_replicas_do_not_drift_apart(name, strategy, make_batch):
    with strategy.scope():
        model = model_of(name)
    logs = train(model, [make_batch(model.architecture, 4, seed=seed) for seed in range(20)], 25)
    assert int(model.images_seen.numpy()) == 500 * 8
    assert all(np.all(np.isfinite(values)) for values in logs.values())
    for variable in everything(model):
        first, second = strategy.experimental_local_results(variable.value)
        np.testing.assert_array_equal(first, second, err_msg=variable.path)
        assert np.all(np.isfinite(first)), variable.path


@pytest.mark.long
@each_trained
def test_a_resumed_training_equals_one_that_never_stopped(name, make_batch, tmp_path):
    straight, resumed = model_of(name), model_of(name)
    batches = [make_batch(straight.architecture, seed=seed) for seed in range(6)]
    parts = [straight.networks, *straight.discriminators()]
    before = [part.get_weights() for part in parts]
    train(straight, batches[:3])
    checkpoint_manager(straight, tmp_path, keep=1).save()
    logs = train(straight, batches[3:])
    assert set(logs) == set(straight.logs_now())
    assert all(np.all(np.isfinite(values)) for values in logs.values())
    assert int(straight.images_seen) == 6 * 4
    for part, start in zip(parts, before, strict=True):
        assert any(np.any(a != b) for a, b in zip(start, part.get_weights(), strict=True))
    assert restore_newest(checkpoint_manager(resumed, tmp_path, keep=1))
    train(resumed, batches[3:])
    for expected, found in zip(everything(straight), everything(resumed), strict=True):
        np.testing.assert_array_equal(found, expected, err_msg=expected.path)
