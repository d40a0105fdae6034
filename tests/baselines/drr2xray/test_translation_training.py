import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.baselines.drr2xray import PRESETS, DRR2Xray

TINY = PRESETS["tiny"]


def compiled(learning_rate=1e-3, architecture=TINY, **settings):
    keras.utils.set_random_seed(0)
    model = DRR2Xray(architecture)
    adam = {"beta_1": 0.0, "beta_2": 0.99}
    model.compile(
        keras.optimizers.Adam(learning_rate, **adam),
        keras.optimizers.Adam(learning_rate, **adam),
        loss_settings=settings,
        ema_half_life=100,
    )
    return model


def fit(model, batch, steps):
    dataset = tf.data.Dataset.from_tensors(batch).repeat()
    return model.fit(dataset, steps_per_epoch=steps, epochs=1, verbose=0, shuffle=False).history


@pytest.fixture(scope="module")
def batch(make_batch):
    return make_batch(TINY)


@pytest.fixture(scope="module")
def trained(batch):
    """A model after three steps, its logs, and its weights before."""
    model = compiled(r1_interval=2)
    before = {
        "networks": model.networks.trainable_variables,
        "discriminator": model.discriminator.trainable_variables,
    }
    before = {name: [w.numpy() for w in weights] for name, weights in before.items()}
    return model, fit(model, batch, 3), before


def flat_views(batch):
    names = ("drr", "coverage", "style_image", "pose")
    return {name: tf.constant(batch[name].reshape(-1, *batch[name].shape[2:])) for name in names}


def test_a_step_moves_every_weight_and_logs_what_acts(trained):
    model, logs, before = trained
    for name, start in before.items():
        now = getattr(model, name).trainable_variables
        moved = [np.abs(a - b.numpy()).max() for a, b in zip(start, now, strict=True)]
        # A bias before normalisation has no gradient but for rounding.
        assert np.mean(np.array(moved) > 0) > 0.9, name
    assert set(logs) == {"loss", *DRR2Xray.logged} - {"structure"}
    assert np.isfinite(list(logs.values())).all()
    assert logs["r1"][0] > 0
    assert int(model.images_seen) == 12


def test_pictures_start_as_the_drr(batch, first_views):
    model, inputs = DRR2Xray(TINY), first_views(batch)
    model.build()
    drr, _ = model.networks.project(inputs["volume"], inputs["spacing"], inputs["pose"])
    np.testing.assert_allclose(model(inputs), drr, atol=1e-5)


def test_the_contrast_moves_the_translator_and_not_the_discriminator(batch):
    model, views = compiled(), flat_views(batch)
    with tf.GradientTape(persistent=True) as tape:
        sources = tf.concat([views["drr"], views["style_image"]], axis=0)
        made, shown = model.networks.translator(sources)
        terms = model.generator_terms(views, made, shown)
    networks = model.networks
    for name in ("contrast", "identity_contrast"):
        of_networks = tape.gradient(terms[name], networks.trainable_variables)
        assert sum(gradient is not None for gradient in of_networks) == len(of_networks)
        of_discriminator = tape.gradient(terms[name], model.discriminator_variables())
        assert all(gradient is None for gradient in of_discriminator)
    (first,) = tape.gradient(terms["adversarial"], [networks.projection.trainable_variables[0]])
    assert first is None


def test_a_model_without_identity_contrast_translates_drrs_only(batch):
    model = DRR2Xray.from_preset("tiny", identity_contrast=0.0, structure=1.0)
    model.compile("adam", "adam", run_eagerly=True)
    logs = fit(model, batch, 1)
    assert "identity_contrast" not in logs
    assert np.isfinite(logs["structure"]).all()


def test_a_graph_of_unknown_batch_size_gives_the_pictures_of_a_call(trained, batch, first_views):
    networks, inputs = trained[0].ema_networks, first_views(batch)
    specs = {
        name: tf.TensorSpec((None, *value.shape[1:]), value.dtype) for name, value in inputs.items()
    }
    traced = tf.function(networks, input_signature=[specs], autograph=False)
    for num in (1, 2):
        part = {name: tf.constant(value[:num]) for name, value in inputs.items()}
        np.testing.assert_allclose(traced(part), networks(part), atol=1e-5)


def test_saving_and_loading_keeps_pictures_and_both_optimizers(
    trained, batch, first_views, tmp_path
):
    model, inputs = trained[0], first_views(batch)
    model.save(tmp_path / "model.keras")
    twin = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(twin(inputs), model(inputs), atol=1e-6)
    assert int(twin.g_optimizer.iterations) == int(twin.d_optimizer.iterations) == 3


@pytest.mark.long
def test_eight_toy_pictures_are_learned(make_batch):
    """DRRs are bright discs on black, radiographs such discs in other places, veiled and bright."""
    batch = make_batch(TINY, num_volumes=4)
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:32, :32]
    places = zip(*rng.uniform(10, 22, (2, 16)), rng.uniform(4, 8, 16), strict=True)
    discs = np.stack([np.hypot(rows - r, columns - c) < radius for r, c, radius in places])
    discs = discs.astype("float32")[..., None]
    drr, real = 0.8 * discs[:8] - 0.6, 0.3 * discs[8:] + 0.3
    shape = batch["drr"].shape
    batch |= {"drr": drr.reshape(shape), "style_image": real.reshape(shape)}
    # A larger R1 keeps the discriminator from telling greys apart.
    model = compiled(r1_gamma=0.005)
    fit(model, batch, 600)
    made = np.asarray(model.ema_networks.translator(drr)[0])
    assert made[discs[:8] > 0].mean() == pytest.approx(0.6, abs=0.15)
    assert made[discs[:8] == 0].mean() == pytest.approx(0.3, abs=0.15)
