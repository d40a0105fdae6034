"""What holds for every loss of pictures, codes, features or logits."""

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras import losses
from ct2xkeras.losses.settings import ADVERSARIAL_FORMS

NUM, SIDE = 3, 32
FULL = np.ones((NUM, SIDE, SIDE, 1), "float32")
PICTURE_LOSSES = {
    "absolute_difference": lambda x, y: losses.absolute_difference(x, y, FULL),
    "ssim": lambda x, y: 1 - losses.structural_similarity(x, y),
    "ms_ssim": lambda x, y: 1 - losses.multiscale_structural_similarity(x, y),
    "structure_loss": lambda x, y: losses.structure_loss(x, y, FULL),
    "tone_distance": losses.tone_distance,
    "content_distance": losses.content_distance,
    "perceptual_distance": lambda x, y: losses.perceptual_distance(
        [tf.concat([x, 1 - x], axis=-1)], [tf.concat([y, 1 - y], axis=-1)], [np.ones(2, "float32")]
    ),
}
MASKED_LOSSES = ("absolute_difference", "structure_loss")
CODE_LOSSES = {
    "style_distance": losses.style_distance,
    "style_contrast": losses.style_contrast,
    "style_contrast_each": lambda x, y: losses.style_contrast_each(x, y, y[::-1]),
    "path_length_penalty": lambda x, y: losses.path_length_penalty(losses.path_lengths(x - y), 1.0),
    "gradient_penalty": lambda x, y: losses.gradient_penalty(x - y),
}
PAIRED_CODE_LOSSES = ("style_distance", "path_length_penalty", "gradient_penalty")
FLAT_PICTURES = {"black": -1.0, "grey": 0.0, "white": 1.0, "far_white": 1e3, "far_black": -1e3}


@pytest.fixture
def pictures(rng):
    return rng.uniform(-1, 1, (2, NUM, SIDE, SIDE, 1)).astype("float32")


@pytest.fixture
def codes(rng):
    return rng.normal(size=(2, NUM, 6)).astype("float32")


def finite_value_and_gradient(loss, x, y):
    x, y = tf.constant(x), tf.constant(y)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        value = loss(x, y)
    gradients = tape.gradient(value, [x, y])
    return (
        value.shape == x.shape[:1] and np.isfinite([value]).all() and np.isfinite(gradients).all()
    )


@pytest.mark.parametrize("name", PICTURE_LOSSES)
def test_equal_pictures_cost_nothing_and_others_something(name, pictures):
    loss = PICTURE_LOSSES[name]
    np.testing.assert_allclose(loss(pictures[0], pictures[0]), 0, atol=1e-4)
    assert np.min(loss(pictures[0], pictures[1])) > 0.01


@pytest.mark.parametrize("name", PICTURE_LOSSES)
def test_the_cost_of_a_picture_does_not_depend_on_the_rest_of_the_batch(name, pictures):
    loss = PICTURE_LOSSES[name]
    before = np.asarray(loss(*pictures))
    pictures[1, 1:] = 0.3 * pictures[1, 1:, ::-1] + 0.2
    after = np.asarray(loss(*pictures))
    np.testing.assert_allclose(after[0], before[0], rtol=1e-5)
    assert np.abs(after[1:] - before[1:]).min() > 1e-4


@pytest.mark.parametrize("name", PICTURE_LOSSES)
@pytest.mark.parametrize("kind", FLAT_PICTURES)
def test_value_and_gradient_are_finite_on_flat_pictures(name, kind, pictures):
    flat = np.full_like(pictures[0], FLAT_PICTURES[kind])
    assert finite_value_and_gradient(PICTURE_LOSSES[name], flat, pictures[1])
    assert finite_value_and_gradient(PICTURE_LOSSES[name], flat, flat)


@pytest.mark.parametrize("name", PICTURE_LOSSES)
def test_value_and_gradient_are_finite_on_extreme_pictures(name, pictures):
    halves = np.where(np.arange(SIDE) < SIDE // 2, -1e3, 1e3)[:, None] * FULL
    for extreme in (1e3 * pictures[0], -1e3 * pictures[1], halves.astype("float32")):
        assert finite_value_and_gradient(PICTURE_LOSSES[name], extreme, pictures[1])


@pytest.mark.parametrize("name", MASKED_LOSSES)
def test_masked_pixels_do_not_count(name, pictures):
    """Beyond the one pixel that a gradient reaches over the mask's edge."""
    loss, mask = getattr(losses, name), FULL.copy()
    mask[:, 16:] = 0
    before = np.asarray(loss(*pictures, mask))
    pictures[:, :, 17:] = 1e3
    np.testing.assert_array_equal(loss(*pictures, mask), before)
    pictures[0, :, 15] = 0.9
    assert np.abs(np.asarray(loss(*pictures, mask)) - before).min() > 1e-4


@pytest.mark.parametrize("name", MASKED_LOSSES)
def test_an_empty_mask_gives_a_finite_value_and_gradient(name, pictures):
    def loss(x, y):
        return getattr(losses, name)(x, y, 0 * FULL)

    assert finite_value_and_gradient(loss, *pictures)


@pytest.mark.parametrize("name", CODE_LOSSES)
@pytest.mark.parametrize("scale", [0.0, 1.0, 1e3])
def test_value_and_gradient_are_finite_on_codes_of_any_length(name, scale, codes):
    assert finite_value_and_gradient(CODE_LOSSES[name], *(scale * codes))


@pytest.mark.parametrize("name", PAIRED_CODE_LOSSES)
def test_the_cost_of_a_code_does_not_depend_on_the_rest_of_the_batch(name, codes):
    before = np.asarray(CODE_LOSSES[name](*codes))
    codes[:, 1:] *= 2
    np.testing.assert_array_equal(np.asarray(CODE_LOSSES[name](*codes))[0], before[0])


@pytest.mark.parametrize("form", ADVERSARIAL_FORMS)
def test_adversarial_losses_are_per_example_and_finite(form):
    real = np.array([0.0, 1e3, -1e3], "float32")
    fake = np.array([1.0, -1e3, 1e3], "float32")
    assert finite_value_and_gradient(
        lambda x, y: losses.discriminator_adversarial(x, y, form), real, fake
    )
    together = losses.generator_adversarial(fake, form)
    each = [float(losses.generator_adversarial(logit, form)) for logit in fake]
    np.testing.assert_array_equal(together, each)
    assert np.isfinite(each).all()


@pytest.mark.parametrize("name", ["ms_ssim", "perceptual_distance"])
def test_losses_compile_for_batches_of_any_size(name, pictures):
    loss = PICTURE_LOSSES[name]
    shape = tf.TensorSpec((None, SIDE, SIDE, 1))
    compiled = tf.function(loss, input_signature=[shape, shape], jit_compile=True)
    np.testing.assert_allclose(compiled(*pictures[:, :2]), loss(*pictures[:, :2]), atol=1e-5)


def test_every_public_name_can_be_loaded():
    assert all(callable(getattr(losses, name)) for name in losses.__all__)
    with pytest.raises(AttributeError, match="tonne"):
        _ = losses.tonne
