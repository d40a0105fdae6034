import numpy as np
import pytest

from ct2xkeras import losses
from ct2xkeras.metrics import (
    multiscale_structural_similarity,
    peak_signal_to_noise,
    perceptual_distance,
    structural_similarity,
)
from ct2xkeras.metrics.similarity import BATCH_SIZE

PAIRED = [structural_similarity, multiscale_structural_similarity, peak_signal_to_noise]
each_paired = pytest.mark.parametrize("metric", PAIRED)


@pytest.fixture
def pictures(rng):
    x, y = rng.uniform(-1, 1, (2, 5, 24, 31, 1))
    return 0.7 * x + 0.3 * y, x


def test_ssim_equals_that_of_scikit_image(pictures):
    reference = pytest.importorskip("skimage.metrics").structural_similarity
    settings = {"data_range": 2, "use_sample_covariance": False}
    expected = [
        reference(x[..., 0] + 1, y[..., 0] + 1, **settings) for x, y in zip(*pictures, strict=True)
    ]
    np.testing.assert_allclose(structural_similarity(*pictures), expected, rtol=1e-5)


def test_psnr_equals_that_of_scikit_image_and_the_hand(pictures):
    reference = pytest.importorskip("skimage.metrics").peak_signal_noise_ratio
    expected = [reference(x, y, data_range=2) for x, y in zip(*pictures, strict=True)]
    np.testing.assert_allclose(peak_signal_to_noise(*pictures), expected, rtol=1e-6)
    half = np.zeros((1, 2, 2, 1)), np.full((1, 2, 2, 1), 0.2)
    np.testing.assert_allclose(peak_signal_to_noise(*half), 20, rtol=1e-6)  # 4 / 0.04


def test_equal_pictures_have_the_psnr_of_16_bits(pictures):
    expected = 10 * np.log10(12 * 65535**2)
    np.testing.assert_allclose(peak_signal_to_noise(pictures[0], pictures[0]), expected)


def test_batches_do_not_show(rng):
    x, y = rng.uniform(-1, 1, (2, BATCH_SIZE + 3, 16, 16, 1)).astype("float32")
    whole = losses.structural_similarity(x, y)
    np.testing.assert_allclose(structural_similarity(x, y), whole, rtol=1e-5)


def test_a_perceptual_distance_is_given_pictures_and_targets_in_this_order(pictures):
    def distance(images, targets):
        return (images - targets).sum(axis=(1, 2, 3))

    x, y = pictures
    expected = (x - y).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(perceptual_distance(x, y, distance), expected, rtol=1e-4)


@each_paired
def test_pictures_without_their_targets_are_refused(metric, pictures):
    x, y = pictures
    with pytest.raises(ValueError, match=r"its size; received shapes \(5, .*\(4, "):
        metric(x, y[:4])
    with pytest.raises(ValueError, match=r"its size"):
        metric(x, y[:, 1:])


@each_paired
def test_bad_pictures_are_named(metric, pictures):
    x, y = pictures
    bad = y.copy()
    bad[[1, 4], 0, 0] = np.nan
    with pytest.raises(ValueError, match=r"target pictures: not finite in 2 of 5 .*index 1"):
        metric(x, bad)
    with pytest.raises(ValueError, match=r"grey values in \[-1, 1\], received up to 255"):
        metric(x, 0 * y + 255)
    with pytest.raises(
        ValueError, match=r"one size, received 2 of \(24, 31, 1\), 1 of \(7, 7, 1\)"
    ):
        metric([*x[:2], x[2, :7, :7]], y[:3])
    with pytest.raises(ValueError, match=r"pictures: expected shape .*received \(0,"):
        metric(x[:0], y[:0])
    with pytest.raises(ValueError, match=r"received \(5, 24, 31\)"):
        metric(x[..., 0], y[..., 0])
