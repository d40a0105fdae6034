import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.losses.settings import GENERATOR_TERMS, LossSettings
from ct2xkeras.models import CT2XGAN, PRESETS
from ct2xkeras.models.views import flatten_views, moved_copies

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
def model():
    return compiled()


@pytest.fixture(scope="module")
def batch(make_batch):
    return make_batch(TINY)


@pytest.fixture(scope="module")
def views(batch):
    return flatten_views({name: tf.constant(value) for name, value in batch.items()})


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
    for name in ("loss", *GENERATOR_TERMS, "discriminator", "r1", "real_score", "fake_score"):
        assert np.isfinite(logs[name]).all(), name
    assert logs["r1"][0] > 0


def test_images_are_counted_and_the_average_lies_between_start_and_now(trained):
    model, _, before = trained
    assert int(model.images_seen) == 4 * 4
    start, now = before["networks"], model.networks.get_weights()
    for a, average, b in zip(start, model.ema_networks.get_weights(), now, strict=True):
        assert np.all(average >= np.minimum(a, b) - 0.05)
        assert np.all(average <= np.maximum(a, b) + 0.05)
    assert max(moved(start, model.ema_networks.get_weights())) > 0


def test_no_term_moves_the_discriminator_with_the_networks(model, views):
    with tf.GradientTape() as tape:
        made = model.synthesize_pair(views)
        terms = model.generator_terms(views, made)
        total = tf.add_n([tf.reduce_mean(terms[name]) for name in terms if name != "adversarial"])
    gradients = tape.gradient(total, model.discriminator.trainable_variables)
    assert all(gradient is None for gradient in gradients)


@pytest.mark.parametrize("term", GENERATOR_TERMS)
def test_each_term_reaches_the_networks_it_should(term, model, views):
    with tf.GradientTape() as tape:
        made = model.synthesize_pair(views)
        loss = tf.reduce_mean(model.generator_terms(views, made)[term])
    networks = model.networks
    kernels = [networks.generator.residual_map.kernel, networks.ct_encoder.stem.kernel]
    reached = [g is not None and float(tf.norm(g)) > 0 for g in tape.gradient(loss, kernels)]
    assert reached == [True, True]


def test_a_weight_of_zero_leaves_a_term_out():
    assert LossSettings(tone=0).weight("tone") == 0
    with pytest.raises(TypeError, match="tonne"):
        compiled(tonne=1)


def test_x_and_drr_pictures_start_as_the_drr(model, views):
    made = model.synthesize_pair(views)
    for name in ("xray", "drr"):
        assert np.abs(made[name] - views["drr"]).mean() < 0.1


def test_swapping_two_styles_swaps_nothing_but_the_looks(trained, batch, first_views):
    model, inputs = trained[0], first_views(batch)
    same_view = {name: np.stack([value[0]] * 2) for name, value in inputs.items()}
    same_view["style_image"] = inputs["style_image"]
    straight = model.predict(same_view, verbose=0)
    swapped = model.predict({**same_view, "style_image": inputs["style_image"][::-1]}, verbose=0)
    np.testing.assert_allclose(straight, swapped[::-1], atol=1e-5)
    assert np.abs(straight[0] - straight[1]).max() > 1e-4


def test_a_picture_depends_on_its_own_volume_only(trained, batch, first_views):
    model, inputs = trained[0], first_views(batch)
    before = model.predict(inputs, verbose=0)
    changed = {**inputs, "volume": inputs["volume"].copy()}
    changed["volume"][1] = -1000
    after = model.predict(changed, verbose=0)
    np.testing.assert_allclose(before[0], after[0], atol=1e-5)
    assert np.abs(before[1] - after[1]).max() > 1e-3


def test_any_batch_size_gives_the_same_pictures(trained, batch, first_views):
    model, inputs = trained[0], first_views(batch)
    together = model.predict(inputs, verbose=0)
    apart = [
        model.predict({name: value[i : i + 1] for name, value in inputs.items()}, verbose=0)
        for i in range(2)
    ]
    np.testing.assert_allclose(together, np.concatenate(apart), atol=1e-5)


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
    np.testing.assert_allclose(
        twin.predict(inputs, verbose=0), model.predict(inputs, verbose=0), atol=1e-6
    )
    assert int(twin.g_optimizer.iterations) == int(twin.d_optimizer.iterations) == 4
    assert twin.loss_settings == model.loss_settings


@pytest.mark.slow
def test_two_replicas_stay_equal_and_count_all_images(make_batch):
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        model = compiled()
    batch = make_batch(TINY, num_volumes=4)
    dataset = tf.data.Dataset.from_tensor_slices(batch).batch(4).repeat()
    model.fit(dataset, steps_per_epoch=2, epochs=1, verbose=0, shuffle=False)
    for variable in (model.images_seen, *model.networks.trainable_variables):
        first, second = strategy.experimental_local_results(variable.value)
        np.testing.assert_array_equal(first, second)
    assert int(strategy.experimental_local_results(model.images_seen.value)[0]) == 2 * 8


def test_moved_copies_are_the_same_for_the_same_step_and_mirrored(rng):
    images = tf.constant(rng.normal(size=(2, 32, 32, 1)).astype("float32"))
    first, again, other = (moved_copies(images, 0, step) for step in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0
    # Somewhere in the mirrored picture the original's middle stands.
    middle = images.numpy()[0, 8:24, 8:24, 0][:, ::-1]
    found = [
        np.abs(first.numpy()[0, r : r + 16, c : c + 16, 0] - middle).max() < 1e-6
        for r in range(17)
        for c in range(17)
    ]
    assert any(found)
