"""What is worse scores worse: each metric against harm that grows step by step."""

import numpy as np
import pytest
from scipy import ndimage

from ct2xkeras.metrics import (
    edge_displacement,
    frechet_distance,
    gradient_correlation,
    kernel_distance,
    multiscale_structural_similarity,
    mutual_information,
    peak_signal_to_noise,
    pixel_features,
    structural_similarity,
)

# Metric and the sign that makes higher better.
STRUCTURE = {
    "gradient correlation": (gradient_correlation, 1),
    "mutual information": (mutual_information, 1),
    "edge displacement": (edge_displacement, -1),
    "SSIM": (structural_similarity, 1),
    "MS-SSIM": (multiscale_structural_similarity, 1),
    "PSNR": (peak_signal_to_noise, 1),
}
each_structure = pytest.mark.parametrize("name", STRUCTURE)
each_realism = pytest.mark.parametrize("distance", [frechet_distance, kernel_distance])


def shifted(pictures, pixels):
    return np.roll(pictures, pixels, axis=2)


def blurred(pictures, sigma):
    return ndimage.gaussian_filter(pictures, (0, sigma, sigma, 0))


def scores(name, versions, targets):
    """(versions, pictures), higher is better."""
    metric, sign = STRUCTURE[name]
    return sign * np.stack([metric(version, targets) for version in versions])


@each_structure
@pytest.mark.parametrize("harm", [shifted, blurred])
def test_structure_falls_with_shift_and_blur_in_every_view(name, harm, views):
    versions = [views.drrs, *(harm(views.drrs, amount) for amount in (1, 2, 4))]
    assert np.all(np.diff(scores(name, versions, views.drrs), axis=0) < 0)


@each_structure
def test_structure_falls_with_each_erased_vertebra_in_every_view(name, views):
    versions = [views.drrs, *views.erased]
    assert np.all(np.diff(scores(name, versions, views.drrs), axis=0) < 0)


@pytest.mark.parametrize("pixels", [1, 2, 4, -3])
def test_a_shift_reads_as_what_it_is(pixels, views):
    np.testing.assert_allclose(
        edge_displacement(shifted(views.drrs, pixels), views.drrs), abs(pixels), atol=1e-6
    )


@each_realism
def test_realism_falls_with_noise(distance, views, rng):
    pictures = np.concatenate([shifted(views.drrs, k) for k in range(8)])
    noise = rng.normal(size=pictures.shape)
    real = pixel_features(pictures)
    values = [
        distance(real, pixel_features(np.clip(pictures + level * noise, -1, 1)))
        for level in (0, 0.05, 0.1, 0.2)
    ]
    assert np.all(np.diff(values) > 0)
