"""The picture follows the geometry of the C-arm exactly, whatever the weights."""

import keras
import numpy as np
import pytest
from scipy import ndimage

from ct2xkeras.geometry import CArmPose, Detector, pose_vector
from ct2xkeras.models import XraySynthesizer
from ct2xkeras.models.architecture import Architecture

ARCHITECTURE = Architecture(
    image_size=32,
    volume_size=(32, 32, 32),
    filters=(16, 12, 8),
    view_filters=(8, 8, 4),
    volume_filters=(8, 8),
    ray_samples=(8, 8),
    style_filters=(8, 12),
    style_size=8,
)


@pytest.fixture(scope="module")
def networks():
    keras.utils.set_random_seed(1)
    networks = XraySynthesizer(ARCHITECTURE)
    networks.build()
    return networks


def test_content_along_rays_is_that_of_the_turned_patient(networks, rng):
    """A patient turned by 90 degrees under a counter-rotated C-arm gives the same samples."""
    from ct2xkeras.projection import affine_from_spacing, sample_along_rays

    features = ndimage.gaussian_filter(rng.normal(size=(1, 8, 8, 8, 3)), (0, 1, 1, 1, 0))
    turned = np.rot90(features, axes=(3, 2)).copy()
    affine = affine_from_spacing(np.full((1, 3), 30.0, "float32"), (8, 8, 8))
    detector = Detector(16, 16, (14.0, 14.0))
    samples = []
    for volume, angle in ((features, 0.0), (turned, -90.0), (turned, 90.0)):
        pose = pose_vector(CArmPose(angle, 0.0), detector)[None]
        values, _ = sample_along_rays(volume.astype("float32"), affine, pose, (16, 16), 6)
        samples.append(np.asarray(values))
    error = [np.abs(samples[0] - other).max() for other in samples[1:]]
    assert min(error) < 1e-3 < 0.05 < max(error)


def test_the_drr_inside_the_model_magnifies_as_a_pinhole(networks):
    volume = np.full((1, 32, 32, 32, 1), -1000, "int16")
    volume[:, 14:18, 14:18, 14:18] = 2000
    spacing = np.full((1, 3), 5.0, "float32")
    widths = []
    for sod in (800.0, 400.0):
        pose = pose_vector(CArmPose(0, 0, sdd=1000.0, sod=sod), Detector(32, 32, (4.0, 4.0)))
        drr, _ = networks.project(volume, spacing, pose[None])
        bright = np.asarray(drr)[0, ..., 0] + 1
        widths.append(np.sqrt(bright.sum()))
    assert widths[1] / widths[0] == pytest.approx(2, rel=0.1)
