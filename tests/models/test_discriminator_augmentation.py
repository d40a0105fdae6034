import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.models.differentiable_augmentation import BLACK
from ct2xkeras.models.discriminator_augmentation import (
    DiscriminatorAugmentation,
    adaptive_augment,
    diff_augment,
    next_probability,
)

KEY = tf.constant([3, 5])
ALWAYS = {
    "diffaugment": diff_augment,
    "ada": lambda images, key: adaptive_augment(images, 1.0, key),
}


def key(number):
    return tf.constant([7, number])


def smooth_pictures(num=2, shape=(32, 40)):
    """One lopsided smooth picture, `num` times."""
    y, x = np.indices(shape) / np.reshape(shape, (2, 1, 1))
    picture = 0.8 * np.sin(3 * x + 1) * np.cos(4 * y) - 0.3 * x
    return np.repeat(picture[None, ..., None], num, axis=0).astype("float32")


@pytest.fixture(params=ALWAYS)
def augment(request):
    return ALWAYS[request.param]


def test_a_key_gives_the_same_everywhere(augment):
    images = smooth_pictures(4)
    eager = np.asarray(augment(images, KEY))
    np.testing.assert_array_equal(augment(images, KEY), eager)
    for jit in (False, True):
        compiled = tf.function(augment, jit_compile=jit)
        np.testing.assert_allclose(compiled(images, KEY), eager, atol=2e-5)
    assert np.abs(augment(images, key(1)) - eager).max() > 0.1


def test_equal_examples_are_changed_differently(augment):
    new = np.asarray(augment(smooth_pictures(5), KEY))
    for one in range(5):
        for other in range(one):
            assert np.abs(new[one] - new[other]).max() > 0.05


def test_an_unknown_batch_size_is_taken(augment):
    images = smooth_pictures(3)
    function = tf.function(
        augment, input_signature=[tf.TensorSpec((None, 32, 40, 1)), tf.TensorSpec((2,), tf.int32)]
    )
    np.testing.assert_allclose(function(images, KEY), augment(images, KEY), atol=2e-5)


def test_brightness_and_contrast_change(augment):
    images = smooth_pictures(200)
    new = np.asarray(augment(images, KEY))
    assert new.shape == images.shape
    assert np.isfinite(new).all()
    assert new.mean((1, 2, 3)).std() > 0.1
    assert new.std((1, 2, 3)).std() > 0.05


def test_gradients_flow_back_to_the_pictures(augment):
    images = tf.constant(smooth_pictures())
    with tf.GradientTape() as tape:
        tape.watch(images)
        total = tf.reduce_sum(augment(images, KEY) ** 2)
    gradient = np.asarray(tape.gradient(total, images))
    assert np.isfinite(gradient).all()
    assert (np.abs(gradient).max((1, 2, 3)) > 0).all()


def test_left_and_right_are_never_exchanged(augment):
    ramp = np.tile(np.linspace(-0.5, 0.5, 32, dtype="float32")[:, None], (200, 32, 1, 1))
    new = np.asarray(augment(ramp, KEY))[..., 0]
    # The slope of the largest part of a picture; cuts and reflections make up the rest.
    rising = np.median(np.diff(new, axis=2), axis=(1, 2))
    assert (rising >= 0).all()
    assert (rising > 0.005).mean() > 0.7


def test_diff_augment_cuts_half_the_sides_out_and_moves_by_an_eighth():
    new = np.asarray(diff_augment(tf.fill((200, 32, 40, 1), 2.0), KEY))[..., 0]
    black = new == BLACK
    assert (black | (new == new.max((1, 2), keepdims=True))).all()
    # Whole cuts of flat pictures: what stays is one grey value; what is cut, half of each side.
    rows, columns = black.any(2).sum(1), black.any(1).sum(1)
    assert rows.min() >= 8
    assert columns.min() >= 10
    assert black.sum((1, 2)).max() <= 16 * 20 + 4 * 40 + 5 * 32
    # A corner stays where neither the cut nor the shift reached.
    shifts = (~black).any(2).argmax(1)
    assert set(shifts) == {0, 1, 2, 3, 4}


def test_ada_at_probability_zero_is_the_identity():
    images = smooth_pictures(3)
    for jit in (None, False, True):
        call = adaptive_augment if jit is None else tf.function(adaptive_augment, jit_compile=jit)
        np.testing.assert_array_equal(call(images, tf.constant(0.0), KEY), images)


def test_ada_acts_as_often_as_its_probability_says():
    images = smooth_pictures(2000, (8, 10))
    new = np.asarray(adaptive_augment(images, tf.constant(0.1), KEY))
    untouched = (new == images).all((1, 2, 3)).mean()
    # A translation may be drawn as none: 9 shifts of eight-pixel sides are 3 x 3.
    assert untouched == pytest.approx(0.9**5 + 0.9**4 * 0.1 / 9, abs=0.03)


def test_ada_has_the_widths_of_the_paper():
    flat = np.asarray(adaptive_augment(tf.zeros((4000, 4, 4, 1)), 1.0, KEY))[:, 0, 0, 0]
    grey = np.asarray(adaptive_augment(tf.ones((4000, 4, 4, 1)), 1.0, KEY))[:, 0, 0, 0]
    factor = grey - flat
    assert np.log2(factor).std() == pytest.approx(0.5, abs=0.03)
    assert (flat / factor).std() == pytest.approx(0.2, abs=0.01)
    assert np.corrcoef(np.log2(factor), flat / factor)[0, 1] == pytest.approx(0, abs=0.06)


@pytest.mark.parametrize(
    ("now", "sign_mean", "num_images", "options", "expected"),
    [
        (0.2, 0.9, 5000, {}, 0.21),
        (0.2, 0.5, 5000, {}, 0.19),
        (0.2, 0.6, 5000, {}, 0.2),
        (0.2, 0.5, 5000, {"target": 0.4, "images_to_full": 50_000}, 0.3),
        (0.005, -1.0, 5000, {}, 0.0),
        (0.995, 1.0, 5000, {}, 1.0),
        (0.5, 1.0, 10**7, {}, 1.0),
    ],
)
def test_the_probability_follows_overfitting_within_its_limits(
    now, sign_mean, num_images, options, expected
):
    new = next_probability(tf.constant(now), tf.constant(sign_mean), num_images, **options)
    assert float(new) == pytest.approx(expected, abs=1e-6)


def test_the_settings_dispatch():
    images = smooth_pictures()
    probability = tf.constant(0.7)

    def apply(kind):
        return DiscriminatorAugmentation(kind=kind).apply(images, probability, KEY)

    assert apply("none") is images
    np.testing.assert_array_equal(apply("diffaugment"), diff_augment(images, KEY))
    np.testing.assert_array_equal(apply("ada"), adaptive_augment(images, probability, KEY))


def test_settings_round_trip_and_cannot_be_changed():
    settings = DiscriminatorAugmentation("ada", target=0.5, images_to_full=10_000)
    assert DiscriminatorAugmentation(**settings.to_dict()) == settings
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.kind = "none"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "adda"}, "kind='adda': expected one of 'none', 'diffaugment', 'ada'"),
        ({"target": 1.0}, "target=1.0: expected a number between -1 and 1"),
        ({"images_to_full": 0}, "images_to_full=0: expected more than 0"),
    ],
)
def test_impossible_settings_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        DiscriminatorAugmentation(**wrong)
