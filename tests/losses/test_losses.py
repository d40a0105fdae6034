import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras import losses
from ct2xkeras.losses.settings import GENERATOR_TERMS, LossSettings

ONES = np.ones((2, 32, 32, 1), "float32")
PICTURE_LOSSES = {
    "drr_similarity": lambda x, y: losses.drr_similarity(x, y, ONES),
    "structure_loss": lambda x, y: losses.structure_loss(x, y, ONES),
    "tone_distance": losses.tone_distance,
    "absolute_difference": lambda x, y: losses.absolute_difference(x, y, ONES),
}


@pytest.fixture
def pictures(rng):
    return rng.uniform(-1, 1, (2, 2, 32, 32, 1)).astype("float32")


def test_adversarial_values_by_hand():
    np.testing.assert_allclose(losses.generator_adversarial(np.zeros(1, "float32")), math.log(2))
    np.testing.assert_allclose(
        losses.discriminator_adversarial(np.array([50.0]), np.array([-50.0])), 0, atol=1e-6
    )


@pytest.mark.parametrize("name", PICTURE_LOSSES)
def test_equal_pictures_cost_nothing_and_others_something(name, pictures):
    loss = PICTURE_LOSSES[name]
    np.testing.assert_allclose(loss(pictures[0], pictures[0]), 0, atol=1e-3)
    assert np.min(loss(pictures[0], pictures[1])) > 0.01


@pytest.mark.parametrize("name", PICTURE_LOSSES)
@pytest.mark.parametrize("value", [0.0, -1.0, 1.0, 1e3])
def test_gradients_are_finite_on_flat_and_extreme_pictures(name, value, pictures):
    image = tf.constant(np.full_like(pictures[0], value))
    with tf.GradientTape() as tape:
        tape.watch(image)
        loss = PICTURE_LOSSES[name](image, pictures[1])
    assert np.isfinite(tape.gradient(loss, image)).all()


def test_gradient_correlation_ignores_brightness_and_contrast(pictures):
    a, b = pictures
    plain = losses.gradient_correlation(a, b, ONES)
    np.testing.assert_allclose(
        losses.gradient_correlation(0.3 * a + 0.5, b, ONES), plain, atol=1e-5
    )
    np.testing.assert_allclose(losses.gradient_correlation(a, -a, ONES), -1, atol=1e-4)


def test_gradient_correlation_looks_only_where_the_mask_is(pictures):
    a, b = pictures
    mask = ONES.copy()
    mask[:, 16:] = 0
    b[:, :18] = a[:, :18]
    np.testing.assert_allclose(losses.gradient_correlation(a, b, mask), 1, atol=1e-4)


def test_structural_similarity_equals_its_definition_on_one_window(rng):
    x, y = rng.uniform(-1, 1, (2, 1, 7, 7, 1))
    c1, c2 = (0.01 * 2) ** 2, (0.03 * 2) ** 2
    covariance = ((x - x.mean()) * (y - y.mean())).mean()
    expected = (2 * x.mean() * y.mean() + c1) * (2 * covariance + c2)
    expected /= (x.mean() ** 2 + y.mean() ** 2 + c1) * (x.var() + y.var() + c2)
    found = losses.structural_similarity(x.astype("float32"), y.astype("float32"))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_tone_does_not_see_where_grey_values_lie(pictures, rng):
    shuffled = rng.permuted(pictures[0].reshape(2, -1), axis=1).reshape(pictures[0].shape)
    np.testing.assert_allclose(losses.tone_distance(pictures[0], shuffled), 0, atol=1e-6)
    np.testing.assert_allclose(
        losses.tone_distance(pictures[0], pictures[0] + 0.25), 0.25, atol=1e-5
    )


def test_collapsed_styles_cost_the_chance_level_and_telling_ones_nothing():
    same = np.ones((4, 6), "float32")
    np.testing.assert_allclose(losses.style_contrast(same, same), losses.chance_level(4), rtol=1e-5)
    apart = np.eye(4, 6, dtype="float32")
    assert np.max(losses.style_contrast(apart, apart)) < 1e-3
    np.testing.assert_allclose(losses.style_distance(same, same), 0)


def test_style_contrast_each_tells_the_own_reference_from_the_others():
    drr, xray = np.eye(2, 6, dtype="float32")
    codes, others = np.stack([drr, drr]), np.stack([xray, xray, xray])
    assert np.max(losses.style_contrast_each(codes, codes, others)) < 1e-3
    chance = losses.style_contrast_each(codes, codes, np.stack([drr, drr, drr]))
    np.testing.assert_allclose(chance, losses.chance_level(4), rtol=1e-5)


def test_r1_parameter_gradient_of_the_discriminator_equals_central_differences(rng):
    from ct2xkeras.models import PRESETS, Discriminator

    keras.utils.set_random_seed(0)
    network = Discriminator(PRESETS["tiny"])
    real = tf.constant(rng.uniform(-1, 1, (2, 32, 32, 1)).astype("float32"))
    network(real)

    def penalty():
        with tf.GradientTape() as tape:
            tape.watch(real)
            score = tf.reduce_sum(network(real))
        return tf.reduce_sum(losses.gradient_penalty(tape.gradient(score, real)))

    kernel = network.logit.kernel
    with tf.GradientTape() as outer:
        value = penalty()
    gradient = outer.gradient(value, kernel.value).numpy()
    direction = rng.normal(size=kernel.shape).astype("float32")
    start, step = kernel.numpy(), 1e-2
    ends = []
    for sign in (1, -1):
        kernel.assign(start + sign * step * direction)
        ends.append(float(penalty()))
    assert (ends[0] - ends[1]) / (2 * step) == pytest.approx((gradient * direction).sum(), rel=1e-2)


def test_every_generator_term_has_a_weight_and_bad_settings_are_refused():
    settings = LossSettings()
    assert all(settings.weight(term) > 0 for term in GENERATOR_TERMS)
    with pytest.raises(ValueError, match="expected 'contrast' or 'distance'"):
        LossSettings(style_form="cosine")
