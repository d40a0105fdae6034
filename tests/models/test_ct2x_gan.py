from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.losses.settings import GENERATOR_TERMS
from ct2xkeras.models import CT2XGAN, PRESETS

TINY = PRESETS["tiny"]


def compiled(**settings):
    keras.utils.set_random_seed(0)
    model = CT2XGAN(TINY)
    adam = {"beta_1": 0.0, "beta_2": 0.99}
    model.compile(
        keras.optimizers.Adam(1e-3, **adam),
        keras.optimizers.Adam(1e-3, **adam),
        loss_settings=settings,
        ema_half_life=100,
    )
    return model


@pytest.fixture(scope="module")
def batch(make_batch):
    return make_batch(TINY)


@pytest.fixture(scope="module")
def trained(batch):
    """A model after four steps, its logs, and its weights before."""
    model = compiled(r1_interval=2)
    before = {
        "networks": model.networks.get_weights(),
        "discriminator": model.discriminator.get_weights(),
    }
    dataset = tf.data.Dataset.from_tensors(batch).repeat()
    history = model.fit(dataset, steps_per_epoch=4, epochs=1, verbose=0, shuffle=False)
    return model, history.history, before


def moved(before, after):
    return [float(np.abs(a - b).max()) for a, b in zip(before, after, strict=True)]


def test_a_step_moves_every_network_and_logs_every_term(trained):
    model, logs, before = trained
    assert min(moved(before["networks"], model.networks.get_weights())) > 0
    assert min(moved(before["discriminator"], model.discriminator.get_weights())) > 0
    silent = {name for name in GENERATOR_TERMS if not model.loss_settings.active(name)}
    assert set(logs) == {"loss", *CT2XGAN.logged} - silent
    for name, values in logs.items():
        assert np.isfinite(values).all(), name
    assert logs["r1"][0] > 0


def test_all_images_are_counted(trained):
    assert int(trained[0].images_seen) == 4 * 4


@pytest.mark.parametrize(
    ("seen", "half_life"),
    [(36, 2), (996, 8)],  # early on it is a twentieth of the images seen, 4 more than before
)
def test_the_average_moves_by_its_half_life_towards_the_networks(batch, seen, half_life):
    model = compiled()
    model.ema_half_life = 8.0
    model.images_seen.assign(seen)
    before = model.ema_networks.get_weights()
    model.train_step({name: tf.constant(value) for name, value in batch.items()})
    share, now = 1 - 0.5 ** (4 / half_life), model.networks.get_weights()
    assert max(moved(before, now)) > 1e-4
    for start, average, end in zip(before, model.ema_networks.get_weights(), now, strict=True):
        np.testing.assert_allclose(average, start + share * (end - start), rtol=1e-5, atol=1e-6)


def test_the_logs_name_active_terms_only():
    model = compiled(tone=0, path_length=1.0)
    names = [metric.name for metric in model.metrics]
    assert "path_length" in names
    assert "tone" not in names
    with pytest.raises(TypeError, match="tonne"):
        compiled(tonne=1)


def test_a_preset_can_be_changed_and_an_unknown_one_is_answered_with_the_known():
    model = CT2XGAN.from_preset("tiny", attention="none", style_size=5)
    assert model.architecture == replace(TINY, attention="none", style_size=5)
    with pytest.raises(ValueError, match=r"Unknown preset 'tini'.*tiny"):
        CT2XGAN.from_preset("tini")
    with pytest.raises(ValueError, match="image_size=40: must be a multiple of 32"):
        CT2XGAN.from_preset("tiny", image_size=40)


@pytest.mark.parametrize(("has_network", "weight"), [(True, 0.0), (False, 1.0)])
def test_the_drr_discriminator_and_its_term_come_together(has_network, weight):
    model = CT2XGAN.from_preset("tiny", drr_discriminator=has_network)
    with pytest.raises(ValueError, match=r"drr_adversarial and the .* drr_discriminator belong"):
        model.compile("adam", "adam", loss_settings={"drr_adversarial": weight})


def test_pictures_start_as_the_drr(batch, first_views):
    model, inputs = CT2XGAN(TINY), first_views(batch)
    model.build()
    drr, _ = model.networks.project(inputs["volume"], inputs["spacing"], inputs["pose"])
    assert np.abs(model(inputs) - drr).mean() < 0.1


def test_any_image_size_divisible_by_32_is_taken(make_batch, first_views):
    model = CT2XGAN.from_preset("tiny", image_size=96)
    model.build()
    inputs = first_views(make_batch(model.architecture))
    assert model(inputs).shape == (2, 96, 96, 1)
    assert model.discriminator(inputs["style_image"]).shape == (2, 12, 12)


def test_a_picture_depends_on_its_own_volume_only(trained, batch, first_views):
    model, inputs = trained[0], first_views(batch)
    before = np.asarray(model(inputs))
    changed = {**inputs, "volume": inputs["volume"].copy()}
    changed["volume"][1] = -1000
    after = np.asarray(model(changed))
    np.testing.assert_allclose(before[0], after[0], atol=1e-5)
    assert np.abs(before[1] - after[1]).max() > 1e-3


def test_predict_gives_the_pictures_of_a_call_whatever_the_batch_size(trained, batch, first_views):
    model, inputs = trained[0], first_views(batch)
    np.testing.assert_allclose(
        model.predict(inputs, batch_size=1, verbose=0), model(inputs), atol=1e-5
    )


def test_one_encoding_renders_many_poses_as_full_calls_do(trained, batch, first_views):
    networks, inputs = trained[0].ema_networks, first_views(batch)
    poses = batch["pose"][0]
    repeated = {name: np.stack([inputs[name][0]] * len(poses)) for name in inputs}
    expected = networks({**repeated, "pose": poses})
    volume, spacing = inputs["volume"][:1], inputs["spacing"][:1]
    style = np.repeat(networks.encode_style(inputs["style_image"][:1]), len(poses), axis=0)
    index = np.zeros(len(poses), "int32")
    xray, drr, coverage = networks.render(
        networks.encode_ct(volume), volume, spacing, poses, style, index
    )
    np.testing.assert_allclose(xray, expected, atol=1e-5)
    assert drr.shape == coverage.shape == xray.shape


def test_saving_and_loading_keeps_pictures_and_both_optimizers(
    trained, batch, first_views, tmp_path
):
    model = trained[0]
    model.save(tmp_path / "model.keras")
    twin = keras.saving.load_model(tmp_path / "model.keras")
    inputs = first_views(batch)
    np.testing.assert_allclose(twin(inputs), model(inputs), atol=1e-6)
    assert int(twin.g_optimizer.iterations) == int(twin.d_optimizer.iterations) == 4
    assert twin.loss_settings == model.loss_settings


def test_a_saved_model_trains_on_as_it_was_compiled(tmp_path):
    model = CT2XGAN(TINY)
    model.compile("adam", "adam", clip_norm=2.0, seed=3, steps_per_execution=4)
    path = str(tmp_path / "model.keras")
    model.save(path)
    twin = keras.saving.load_model(path)
    assert (twin.clip_norm, twin.seed, twin.steps_per_execution) == (2.0, 3, 4)
    assert twin.get_compile_config() == model.get_compile_config()


@pytest.mark.slow
def test_two_replicas_stay_equal_and_count_all_images(make_batch, two_replicas):
    strategy = two_replicas()
    with strategy.scope():
        model = compiled()
    batch = make_batch(TINY, num_volumes=4)
    dataset = tf.data.Dataset.from_tensor_slices(batch).batch(4).repeat()
    model.fit(dataset, steps_per_epoch=2, epochs=1, verbose=0, shuffle=False)
    for variable in (model.images_seen, *model.networks.trainable_variables):
        first, second = strategy.experimental_local_results(variable.value)
        np.testing.assert_array_equal(first, second)
    assert int(strategy.experimental_local_results(model.images_seen.value)[0]) == 2 * 8
