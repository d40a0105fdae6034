from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras import losses
from ct2xkeras.baselines.drr2xray import (
    PRESETS,
    PatchDiscriminator,
    TranslationArchitecture,
    Translator,
)
from ct2xkeras.baselines.drr2xray.convolutions import instance_normalized, reflected

TINY = PRESETS["tiny"]


@pytest.fixture
def pictures(rng):
    return rng.uniform(-1, 1, (3, 32, 32, 1)).astype("float32")


def moved_from_the_start(layer):
    """The layer with weights as training might leave them: no longer the identity."""
    layer.build((None, 32, 32, 1))
    rng = np.random.default_rng(0)
    layer.set_weights([w + rng.normal(0, 0.1, w.shape) for w in layer.get_weights()])
    return layer


def test_the_published_networks_have_the_published_number_of_parameters():
    cut = PRESETS["cut256"]
    translator, discriminator = Translator(cut), PatchDiscriminator(cut)
    translator.build((None, 256, 256, 1))
    discriminator.build((None, 256, 256, 1))
    # Both with three channels of colour: 7 x 7 to 64, halvings, 9 x 2 convolutions, back again.
    blocks = 9 * 2 * (9 * 256 + 1) * 256
    halvings = (9 * 64 + 1) * 128 + (9 * 128 + 1) * 256
    doublings = (9 * 256 + 1) * 128 + (9 * 128 + 1) * 64
    published = (49 * 3 + 1) * 64 + halvings + blocks + doublings + (49 * 64 + 1) * 3
    assert published == 11_378_179
    assert translator.count_params() == pytest.approx(published, rel=0.01)
    assert discriminator.count_params() == pytest.approx(2.765e6, rel=0.01)


def test_a_residual_translation_starts_as_the_picture(pictures):
    made, _ = Translator(TINY)(pictures)
    np.testing.assert_array_equal(made, pictures)


@pytest.mark.parametrize("changes", [{}, {"output": "tanh", "skips": False, "blocks": 3}])
def test_five_layers_are_contrasted_finest_first(changes, pictures):
    translator = moved_from_the_start(Translator(replace(TINY, **changes)))
    made, shown = translator(pictures)
    assert made.shape == pictures.shape
    assert [tuple(each.shape[1:]) for each in shown] == [
        (32, 32, 1),
        (16, 16, 12),
        (8, 8, 16),
        (8, 8, 16),
        (8, 8, 16),
    ]


def test_a_picture_is_translated_alike_in_any_batch(pictures):
    translator = moved_from_the_start(Translator(TINY))
    made = np.asarray(translator(pictures)[0])
    np.testing.assert_allclose(translator(pictures[1:2])[0], made[1:2], atol=1e-4)
    assert np.abs(made - pictures).max() > 0.01


def test_no_pixel_is_moved():
    """Halving and doubling keep centres: a mirrored picture has the mirrored translation."""
    translator = Translator(TINY)
    translator.build((None, 32, 32, 1))
    rng = np.random.default_rng(0)
    kernels = [rng.normal(0, 0.2, w.shape) for w in translator.get_weights()]
    even = [(k + k[::-1] + k[:, ::-1] + k[::-1, ::-1]) / 4 if k.ndim == 4 else k for k in kernels]
    translator.set_weights(even)
    picture = rng.uniform(-1, 1, (1, 32, 32, 1)).astype("float32")
    made = np.asarray(translator(picture)[0])
    again = np.asarray(translator(picture[:, ::-1, ::-1])[0])[:, ::-1, ::-1]
    np.testing.assert_allclose(again, made, atol=1e-3)


def test_normalised_channels_have_unit_variance_and_mean_zero(rng):
    features = rng.normal(3, 5, (2, 8, 8, 4)).astype("float32")
    normal = np.asarray(instance_normalized(features))
    np.testing.assert_allclose(normal.mean(axis=(1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(normal.std(axis=(1, 2)), 1, atol=1e-3)


def test_a_reflected_border_keeps_constants():
    layer = keras.layers.Conv2D(1, 3, kernel_initializer="ones")
    np.testing.assert_allclose(reflected(layer, np.ones((1, 5, 5, 1), "float32")), 9, atol=1e-6)


def test_normalisation_has_the_second_derivative_that_r1_needs(rng):
    """Against finite differences, of a smooth score: a discriminator's own has kinks."""
    features, mix = (tf.constant(rng.normal(size=(1, 6, 6, 2)), tf.float32) for _ in range(2))

    def penalty(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            score = tf.reduce_sum(mix * instance_normalized(images) ** 3)
        return tf.reduce_sum(losses.gradient_penalty(tape.gradient(score, images)))

    with tf.GradientTape() as tape:
        tape.watch(features)
        value = penalty(features)
    gradient = tape.gradient(value, features)
    step = 1e-2 * gradient / tf.norm(gradient)
    slope = (penalty(features + step) - penalty(features - step)) / 2e-2
    assert float(slope) == pytest.approx(float(tf.norm(gradient)), rel=0.02)


@pytest.mark.parametrize("normalization", ["instance", "none"])
def test_every_patch_is_judged_by_what_it_sees(normalization, pictures):
    layer = PatchDiscriminator(replace(TINY, discriminator_normalization=normalization))
    before = np.asarray(layer(pictures))
    assert before.shape == (3, 16, 16)
    changed = pictures.copy()
    changed[0, 20:, 20:] += 0.5
    moved = np.abs(np.asarray(layer(changed)) - before).max(axis=(1, 2))
    np.testing.assert_array_equal(moved > 0, [True, False, False])
    if normalization == "none":
        np.testing.assert_allclose(layer(changed)[:, :4, :4], before[:, :4, :4], atol=1e-5)


def test_what_does_not_fit_together_is_refused_by_name():
    with pytest.raises(ValueError, match="style_size=8: must be at most 1"):
        TranslationArchitecture(style_size=8)
    with pytest.raises(ValueError, match="blocks=1: must be at least 2"):
        TranslationArchitecture(blocks=1)
    with pytest.raises(ValueError, match=r"filters=.*halves image_size=64 6 times"):
        TranslationArchitecture(filters=(8,) * 7)
    assert TranslationArchitecture(**TINY.to_dict()) == TINY


@pytest.mark.parametrize("kind", [Translator, PatchDiscriminator])
def test_config_round_trip(kind):
    layer = kind(TINY, name="part")
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert (twin.architecture, twin.name) == (TINY, "part")
