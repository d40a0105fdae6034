"""The simulated radiograph of batches against the one of single pictures."""

import math
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from scipy.ndimage import gaussian_filter

from ct2xkeras.baselines.classical import exposure
from ct2xkeras.baselines.classical.development import develop, sharpen
from ct2xkeras.baselines.classical.gaussian import blur_matrices, gaussian_blur
from ct2xkeras.data.phantoms import make_phantom
from ct2xkeras.geometry import CArmPose, Detector, pose_vector
from ct2xkeras.projection import physics

SPACING = 16.0
PHANTOM = make_phantom(1, (24, 24, 24), (SPACING,) * 3)
VIEWS = [  # of other pixel spacing each
    (CArmPose(0, 0), Detector(32, 24, (9.0, 11.0))),
    (CArmPose(60, -20), Detector(32, 24, (7.0, 7.0))),
]
DEVICES = [replace(physics.RadiographSettings.random(seed), photons=math.inf) for seed in (0, 3)]


def batch_of(settings, seeds=(0, 0)):
    """The same views as a batch, (2, rows, columns, 1)."""
    poses = np.stack([pose_vector(*view) for view in VIEWS])
    thickness = exposure.material_thickness(
        PHANTOM.hu[None, ..., None],
        np.full((1, 3), SPACING, "float32"),
        poses,
        VIEWS[0][1].size,
        [0, 0],
    )
    log_signal = exposure.expose(thickness, poses[:, 8:10], settings, np.array(seeds))
    return np.asarray(develop(log_signal, poses[:, 8:10], settings))


@pytest.mark.parametrize("settings", DEVICES)
def test_a_batch_equals_the_chain_of_single_pictures(settings):
    expected = [physics.simulate_radiograph(PHANTOM, *view, settings, 0) for view in VIEWS]
    assert np.std(expected[0]) > 0.3
    np.testing.assert_allclose(batch_of(settings)[..., 0], expected, atol=1e-3)


def test_materials_of_every_hu_are_the_same():
    hu = np.arange(-1024, 3072, dtype="int16")
    np.testing.assert_allclose(
        exposure.material_fractions(hu[:, None]), physics.material_fractions(hu), atol=1e-6
    )


@pytest.mark.parametrize("widths", [(0.05, 0.4), (2.5, 7.0), (20.0, 11.0)])
def test_a_blur_by_matrices_is_scipys(widths, rng):
    image = rng.normal(size=(20, 12)).astype("float32")
    blurred = gaussian_blur(image[None, ..., None], np.array([widths], "float32"))
    np.testing.assert_allclose(
        np.asarray(blurred)[0, ..., 0], gaussian_filter(image, widths, mode="nearest"), atol=1e-5
    )


def test_blurred_and_sharpened_constants_are_constant():
    flat = np.full((2, 8, 8, 1), 0.3, "float32")
    widths = np.array([[1.0, 2.0], [3.0, 30.0]], "float32")
    np.testing.assert_allclose(np.sum(blur_matrices(widths[:, 1], 8), axis=-1), 1, atol=1e-5)
    np.testing.assert_allclose(sharpen(flat, 2.0, widths), flat, atol=1e-5)


def test_sharpening_raises_an_edge_on_one_side_and_lowers_it_on_the_other():
    edge = np.tile(np.repeat([0.0, 1.0], 8), (16, 1)).astype("float32")[None, ..., None]
    sharp = np.asarray(sharpen(edge, 1.0, np.ones((1, 2), "float32")))[0, 8, :, 0]
    assert sharp[7] < -0.2
    assert sharp[8] > 1.2
    np.testing.assert_allclose(sharp[[0, -1]], [0, 1], atol=1e-3)


def test_noise_has_the_deviation_of_counted_photons_and_depends_on_the_seed_alone():
    signal = tf.fill((2, 64, 64, 1), 0.25)
    noisy, again = (
        np.asarray(exposure.add_quantum_noise(signal, np.array([1e4, 1e4], "float32"), seeds))
        for seeds in (np.array([5, 6]), np.array([6, 5]))
    )
    np.testing.assert_array_equal(noisy[0], again[1])
    assert np.abs(noisy[0] - noisy[1]).max() > 0.001
    np.testing.assert_allclose(noisy.std(axis=(1, 2, 3)), math.sqrt(0.25 / 1e4), rtol=0.05)
    np.testing.assert_allclose(noisy.mean(), 0.25, atol=2e-4)


def test_noise_reaches_the_picture():
    settings = replace(DEVICES[0], photons=3.0)
    first, again, other = (batch_of(settings, seeds) for seeds in ((1, 2), (1, 2), (3, 2)))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other)[0].max() > 0.01
