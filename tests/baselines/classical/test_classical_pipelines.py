from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.baselines.classical import PRESETS, Classical, ClassicalArchitecture
from ct2xkeras.baselines.classical.histogram_matching import grey_quantiles

TINY = PRESETS["tiny"]
KINDS = ("drr", "matched", "physics")


def of_kind(kind, **changes):
    size = TINY.style_size if kind == "matched" else 1
    return replace(TINY, kind=kind, style_size=size, **changes)


def built(kind, **changes):
    model = Classical(of_kind(kind, **changes))
    model.compile("adam", "adam", run_eagerly=True)
    return model


def fit(model, batch, steps):
    dataset = tf.data.Dataset.from_tensors(batch).repeat()
    return model.fit(dataset, steps_per_epoch=steps, epochs=1, verbose=0, shuffle=False).history


@pytest.fixture(scope="module")
def batch(make_batch):
    return make_batch(TINY)


@pytest.fixture(scope="module")
def trained(batch):
    """A matched pipeline after three steps, and its logs."""
    model = Classical(TINY)
    model.compile("adam", "adam")
    return model, fit(model, batch, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_in_range_and_follow_the_volume(kind, batch, first_views):
    model, inputs = built(kind), first_views(batch)
    pictures = np.asarray(model(inputs))
    assert pictures.shape == (2, 32, 32, 1)
    assert np.abs(pictures).max() <= 1 + 1e-5
    assert pictures.std() > 0.02
    other = {**inputs, "volume": inputs["volume"][::-1].copy()}
    assert np.abs(np.asarray(model(other)) - pictures).max() > 0.01


def test_the_raw_drr_is_the_drr(batch, first_views):
    model, inputs = built("drr"), first_views(batch)
    drr, _ = model.networks.project(inputs["volume"], inputs["spacing"], inputs["pose"])
    np.testing.assert_array_equal(model(inputs), drr)


def test_a_matched_picture_has_the_grey_values_of_its_own_reference(batch, first_views):
    model, inputs = built("matched"), first_views(batch)
    inputs["style_image"] = inputs["style_image"] * np.float32([0.3, 0.9])[:, None, None, None]
    pictures = np.asarray(model(inputs))
    _, coverage = model.networks.project(inputs["volume"], inputs["spacing"], inputs["pose"])
    np.testing.assert_allclose(
        grey_quantiles(pictures, coverage, TINY.style_size),
        model.networks.encode_style(inputs["style_image"]),
        atol=0.05,
    )


def test_training_finds_the_mean_style_and_counts_steps_and_images(trained, batch):
    model, history = trained
    images = batch["style_image"].reshape(-1, 32, 32, 1)
    expected = np.asarray(model.networks.read_style(images)).mean(axis=0)
    found = np.asarray(model.networks.style_mean)
    np.testing.assert_allclose(found, (1 - 0.5 ** (12 / 200)) * expected, rtol=1e-4, atol=1e-5)
    assert set(history) == {"loss"}
    assert int(model.images_seen) == 12
    assert int(model.g_optimizer.iterations) == int(model.d_optimizer.iterations) == 3
    assert np.abs(np.asarray(model.ema_networks.style_mean)).max() > 0


def test_a_kind_without_style_trains_too_and_stays_as_it_is(batch, first_views):
    model, inputs = built("drr"), first_views(batch)
    before = np.asarray(model(inputs))
    assert fit(model, batch, 1)["loss"] == [0]
    np.testing.assert_array_equal(model(inputs), before)


def test_styles_are_truncated_to_the_mean_distribution(trained, batch, first_views):
    networks, inputs = trained[0].ema_networks, first_views(batch)
    codes = networks.encode_style(inputs["style_image"], truncation=0.0)
    np.testing.assert_allclose(codes, [networks.style_mean] * 2, atol=1e-6)


def test_a_graph_of_unknown_batch_size_gives_the_pictures_of_a_call(batch, first_views):
    model, inputs = built("physics", photons=100.0), first_views(batch)
    inputs["seed"] = np.array([3, 4])
    specs = {
        name: tf.TensorSpec((None, *value.shape[1:]), value.dtype) for name, value in inputs.items()
    }
    traced = tf.function(model.networks, input_signature=[specs], autograph=False)
    for num in (1, 2):
        part = {name: tf.constant(value[:num]) for name, value in inputs.items()}
        np.testing.assert_allclose(traced(part), model(part), atol=1e-4)


def test_saving_and_loading_keeps_the_kind_and_the_mean_style(trained, tmp_path):
    model = trained[0]
    model.save(tmp_path / "model.keras")
    twin = keras.saving.load_model(tmp_path / "model.keras")
    assert twin.architecture == model.architecture
    np.testing.assert_array_equal(twin.ema_networks.style_mean, model.ema_networks.style_mean)
    assert int(twin.d_optimizer.iterations) == 3


def test_what_does_not_fit_together_is_refused_by_name():
    with pytest.raises(ValueError, match="style_size=64: must be 1: drr has one look"):
        ClassicalArchitecture(kind="drr")
    with pytest.raises(ValueError, match="style_size=1: matched needs 2"):
        ClassicalArchitecture(style_size=1)
    with pytest.raises(ValueError, match=r"window_low=0\.9: must be below window_high"):
        ClassicalArchitecture(window_low=0.9, window_high=0.1)
    with pytest.raises(ValueError, match="kind=raw: must be one of drr, matched, physics"):
        ClassicalArchitecture(kind="raw")
    architecture = ClassicalArchitecture(kind="physics", style_size=1, kvp=70.0)
    assert ClassicalArchitecture(**architecture.to_dict()) == architecture
