import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.models.differentiable_augmentation import (
    BLACK,
    brightened,
    contrasted,
    cut_out,
    moved,
    picture_mean,
    sampled,
    translated,
)

NO_TURN = {"scale": tf.ones(2), "degrees": tf.zeros(2)}


def dot(row, column, shape=(20, 24)):
    """A black picture with one white pixel, (h, w, 1)."""
    picture = np.full((*shape, 1), -1.0, np.float32)
    picture[row, column] = 1.0
    return picture


def spot(row, column, size=41):
    """A soft spot, (size, size, 1)."""
    y, x = np.indices((size, size))
    return np.exp(-((y - row) ** 2 + (x - column) ** 2) / 8)[..., None].astype(np.float32)


def middle_of(picture):
    y, x = np.indices(picture.shape[:2])
    weights = np.asarray(picture)[..., 0]
    return np.array([(y * weights).sum(), (x * weights).sum()]) / weights.sum()


def test_grey_values_change_as_the_formulas_say(rng):
    images = rng.uniform(-1, 1, (2, 6, 5, 1)).astype("float32")
    new = brightened(images, tf.constant([0.25, -0.5]))
    np.testing.assert_allclose(new, images + np.reshape([0.25, -0.5], (2, 1, 1, 1)), atol=1e-6)
    mean = picture_mean(images)
    new = np.asarray(contrasted(images, tf.constant([0.5, 1.5]), mean))
    np.testing.assert_allclose(new.mean((1, 2, 3)), images.mean((1, 2, 3)), atol=1e-6)
    np.testing.assert_allclose(new.std((1, 2, 3)), [0.5, 1.5] * images.std((1, 2, 3)), rtol=1e-5)


@pytest.mark.parametrize("move", [translated, lambda x, shift: moved(x, shift, **NO_TURN)])
def test_a_dot_moves_by_whole_pixels_and_is_kept(move):
    images = np.stack([dot(9, 11), dot(4, 20)])
    shift = tf.constant([[3, -5], [-2, 2]])
    new = move(images, tf.cast(shift, tf.float32))
    np.testing.assert_array_equal(new, np.stack([dot(12, 6), dot(2, 22)]))


def test_what_a_translation_brings_in_is_black_and_what_leaves_is_gone():
    new = np.asarray(translated(tf.ones((1, 5, 7, 1)), tf.constant([[2, -3]])))[0, ..., 0]
    assert (new[:2] == BLACK).all()
    assert (new[:, 4:] == BLACK).all()
    assert (new[2:, :4] == 1).all()
    gone = translated(tf.ones((1, 5, 7, 1)), tf.constant([[-5, 0]]))
    assert (np.asarray(gone) == BLACK).all()


def test_a_cut_removes_exactly_a_rectangle_and_falls_off_the_border():
    images = np.ones((2, 8, 9, 1), np.float32)
    new = np.asarray(cut_out(images, tf.constant([[2, 3], [-2, 7]]), (4, 5)))[..., 0]
    expected = np.ones((2, 8, 9), np.float32)
    expected[0, 2:6, 3:8] = BLACK
    expected[1, :2, 7:] = BLACK
    np.testing.assert_array_equal(new, expected)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"degrees": 90.0}, (20.0, 28.0)),
        ({"degrees": -30.0}, (20 - 8 * np.cos(np.pi / 6), 20 - 8 * np.sin(np.pi / 6))),
        ({"shift": (4.1, -8.2)}, (12 + 4.1, 20 - 8.2)),
        ({"scale": 1.5}, (8.0, 20.0)),
        ({"scale": 1.5, "shift": (4.0, 0.0)}, (8 + 4.0, 20.0)),
    ],
)
def test_a_spot_goes_where_rotation_scale_and_shift_send_it(change, expected):
    still = {"degrees": 0.0, "shift": (0.0, 0.0), "scale": 1.0}
    change = {name: tf.constant([value]) for name, value in (still | change).items()}
    new = moved(spot(12, 20)[None], **change)
    np.testing.assert_allclose(middle_of(new[0]), expected, atol=0.1)


def test_samples_of_a_plane_lie_on_it_and_are_reflected_outside():
    y, x = np.indices((6, 8))
    plane = (2.0 * y - 3.0 * x)[None, ..., None]
    rows = tf.constant([[[0.0, 1.25, 5.0, -1.5, 6.5, 12.0]]])
    columns = tf.constant([[[7.0, 2.5, 7.0, -0.25, 8.0, 3.0]]])
    inside = 2 * np.array([0, 1.25, 5, 1.5, 3.5, 2]) - 3 * np.array([7, 2.5, 7, 0.25, 6, 3])
    np.testing.assert_allclose(sampled(plane, rows, columns)[0, 0, :, 0], inside, atol=1e-5)


@pytest.mark.parametrize("shape", [(2, 6, 5, 1), (2, 7, 8, 3)])
def test_no_movement_returns_the_picture_bit_for_bit(shape, rng):
    images = rng.normal(size=shape).astype("float32")
    np.testing.assert_array_equal(moved(images, tf.zeros((2, 2)), **NO_TURN), images)


def penalty(images, kernel, movement):
    """R1 of a small smooth discriminator that sees moved pictures, a scalar."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        features = tf.nn.conv2d(moved(images, **movement), kernel, 1, "VALID")
        score = tf.reduce_sum(tf.tanh(features) ** 2)
    return tf.reduce_sum(tape.gradient(score, images) ** 2)


@pytest.mark.parametrize("jit", [False, True])
def test_the_gradient_of_r1_equals_central_differences(rng, jit):
    images = tf.constant(rng.normal(size=(2, 8, 7, 1)))
    kernel = tf.constant(rng.normal(size=(3, 3, 1, 2)) / 3)
    movement = {
        "shift": tf.constant([[0.7, -1.3], [2.0, 0.4]]),
        "scale": tf.constant([1.2, 0.8]),
        "degrees": tf.constant([4.0, -30.0]),
    }
    value = tf.function(lambda x, k: penalty(x, k, movement), jit_compile=jit)

    @tf.function(jit_compile=jit)
    def gradients(x, k):
        with tf.GradientTape() as tape:
            tape.watch([x, k])
            result = penalty(x, k, movement)
        return tape.gradient(result, [x, k])

    given = gradients(images, kernel)
    to_images, to_kernel = rng.normal(size=images.shape), rng.normal(size=kernel.shape)
    for gradient, move in ((given[0], (to_images, 0.0)), (given[1], (0.0, to_kernel))):
        step = 1e-5
        ahead = value(images + step * move[0], kernel + step * move[1])
        behind = value(images - step * move[0], kernel - step * move[1])
        along = tf.reduce_sum(gradient * (move[0] + move[1]))
        np.testing.assert_allclose(along, (ahead - behind) / (2 * step), rtol=1e-6)
