import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.models import CT2XGAN
from ct2xkeras.models.adversarial_model import STYLE_MEAN_HALF_LIFE
from ct2xkeras.models.styles import interpolate_styles, truncate_styles


@pytest.fixture(scope="module")
def model():
    model = CT2XGAN("tiny")
    model.compile("adam", "adam")
    return model


def test_truncation_leaves_styles_or_ends_at_the_mean(rng):
    codes, mean = rng.normal(size=(3, 5)), rng.normal(size=5)
    np.testing.assert_allclose(truncate_styles(codes, mean, 1.0), codes)
    np.testing.assert_allclose(truncate_styles(codes, mean, 0.0), np.tile(mean, (3, 1)))
    np.testing.assert_allclose(truncate_styles(codes, mean, 0.5), (codes + mean) / 2)


def test_interpolation_goes_straight_from_one_style_to_the_other():
    first, second = np.array([0.0, 2.0], "float32"), np.array([4.0, -2.0], "float32")
    way = interpolate_styles(first, second, 5)
    np.testing.assert_allclose(way, [[0, 2], [1, 1], [2, 0], [3, -1], [4, -2]])
    np.testing.assert_allclose(interpolate_styles(first, second, 1), [first])


def test_a_training_step_moves_the_style_mean_to_the_styles_of_the_radiographs(model, make_batch):
    batch = {name: tf.constant(v) for name, v in make_batch(model.architecture).items()}
    radiographs = tf.reshape(batch["style_image"], (-1, 32, 32, 1))
    mean = np.mean(model.networks.encode_style(radiographs), axis=0)
    model.networks.style_mean.assign(tf.zeros_like(mean))
    model.train_step(batch)
    share = 1 - 0.5 ** (len(radiographs) / STYLE_MEAN_HALF_LIFE)
    np.testing.assert_allclose(model.networks.style_mean, share * mean, rtol=1e-3, atol=1e-6)


def test_styles_truncated_to_nothing_are_the_style_mean(model, rng):
    networks = model.networks
    networks.style_mean.assign(rng.normal(size=networks.style_mean.shape))
    image = rng.uniform(-1, 1, (2, 32, 32, 1)).astype("float32")
    mean = np.tile(networks.style_mean, (2, 1))
    codes = np.asarray(networks.encode_style(image))
    np.testing.assert_allclose(networks.encode_style(image, truncation=0.0), mean, atol=1e-6)
    halfway = networks.encode_style(image, truncation=0.5)
    np.testing.assert_allclose(halfway, (codes + mean) / 2, atol=1e-6)
