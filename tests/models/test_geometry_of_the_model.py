"""The picture follows the geometry of the C-arm exactly, whatever the weights."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from scipy import ndimage

from ct2xkeras.geometry import CArmPose, Detector, pose_vector, project_points
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
SPACING = np.full((1, 3), 8.0, "float32")
DETECTOR = Detector(32, 32, (10.0, 10.0))
NUM_ANGLE_FEATURES = 6  # the first features of a pose are sines and cosines of its angles


@pytest.fixture
def networks():
    """Random weights, with a residual that is as visible as the DRR."""
    networks = XraySynthesizer(ARCHITECTURE)
    networks.build()
    kernel = networks.generator.residual_map.kernel
    kernel.assign(kernel * 30)
    return networks


@pytest.fixture
def volume(rng):
    """Smooth soft tissues between -100 and 200 HU."""
    noise = ndimage.gaussian_filter(rng.normal(size=(32, 32, 32)), 2)
    return (50 + 50 * noise / noise.std()).clip(-100, 200).astype("float32")[None, ..., None]


def style(networks):
    return np.linspace(-1, 1, networks.architecture.style_size, dtype="float32")[None]


def same_when_turned(kernel):
    """The mean of a kernel (z, y, x, ...) over its four turns about z."""
    return np.mean([np.rot90(kernel, k, axes=(1, 2)) for k in range(4)], axis=0)


def make_turns_invisible(networks):
    """Kernels of the CT encoder made symmetric about z, and angles left out of the pose code."""
    encoder = networks.ct_encoder
    stem = encoder.stem.kernel
    stem.assign(
        np.concatenate(
            [
                same_when_turned(half.reshape(4, 4, 4, -1)).reshape(64, -1)
                for half in np.split(stem.numpy(), 2)
            ]
        )
    )
    for block in encoder.blocks:
        for layer in (block.first, block.second):
            layer.kernel.assign(same_when_turned(layer.kernel.numpy()))
    hidden = networks.pose_attention.pose_embedding.hidden.kernel
    hidden.assign(np.concatenate([0 * hidden[:NUM_ANGLE_FEATURES], hidden[NUM_ANGLE_FEATURES:]]))


def make_sides_equal(networks):
    """Make every kernel its own mirror image, along each axis of the picture or volume."""
    for weight in networks.trainable_weights:
        kernel = weight.numpy()
        if weight.path.endswith("stem/kernel") and kernel.shape[0] == 128:  # patches, two channels
            parts = (half.reshape(4, 4, 4, -1) for half in np.split(kernel, 2))
            weight.assign(np.concatenate([mirrored_mean(p, 3).reshape(64, -1) for p in parts]))
        elif weight.path.endswith("kernel") and kernel.ndim > 3:
            weight.assign(mirrored_mean(kernel, kernel.ndim - 2))


def mirrored_mean(kernel, rank):
    for axis in range(rank):
        kernel = (kernel + np.flip(kernel, axis)) / 2
    return kernel


def xray(networks, volume, pose):
    poses, index = pose_vector(pose, DETECTOR)[None], np.zeros(1, "int32")
    codes = networks.encode_ct(volume)
    picture, drr, _ = networks.render(codes, volume, SPACING, poses, style(networks), index)
    return np.asarray(picture)[0, ..., 0], np.asarray(drr)[0, ..., 0]


def test_a_turned_patient_under_a_counter_rotated_c_arm_gives_the_same_picture(networks, volume):
    """From volume to X^, for random weights.

    Two things of a general network are no functions of what lies on a ray, and are made so first:
    kernels of 3 x 3 x 3 tell the patient's left from the front, and the pose code holds angles.
    """
    make_turns_invisible(networks)
    turned = np.rot90(volume, axes=(3, 2)).copy()
    expected, drr = xray(networks, volume, CArmPose(20.0, 0.0))
    others = [xray(networks, turned, CArmPose(20.0 + angle, 0.0))[0] for angle in (-90, 90)]
    error = [np.abs(expected - other).max() for other in others]
    assert np.abs(expected - drr).max() > 0.05  # the networks act
    assert min(error) < 1e-4 < 0.03 < max(error)


WIDE = replace(ARCHITECTURE, image_size=64, volume_size=(64, 64, 64))
WIDE_SPACING = 4.0
WIDE_CELL = 4 * WIDE_SPACING  # mm, of the finest feature volume
WIDE_DETECTOR = Detector(64, 64, (5.0, 5.0))
FAR, NEAR, TURNED = POSES = (
    CArmPose(0.0, 0.0, sdd=1000.0, sod=900.0),
    CArmPose(0.0, 0.0, sdd=1000.0, sod=600.0),
    CArmPose(50.0, 15.0, sdd=1000.0, sod=700.0),
)
PLACES = ((31, 31, 31), (31, 31, 47), (19, 43, 20))  # (z, y, x) of landmarks
NUM_DRAWS = 6  # of weights


def world(place):
    """(x, y, z) in mm of the middle of a landmark of 2 voxels along each side at (z, y, x)."""
    return WIDE_SPACING * (np.array(place[::-1]) + 0.5 - 31.5)


def marked_volumes():
    """Soft tissue without and with each landmark of `PLACES`: (1 + places, z, y, x, 1) in HU."""
    volumes = np.zeros((1 + len(PLACES), *WIDE.volume_size, 1), "float32")
    for volume, (z, y, x) in zip(volumes[1:], PLACES, strict=True):
        volume[z : z + 2, y : y + 2, x : x + 2] = 1500
    return volumes


def squared_influence(seed):
    """Change of X^, squared, by landmarks in the CT encoder's input alone, for random weights.

    The DRR stays flat, so that whatever moves goes through the content code.

    Returns:
        (poses, places, rows, columns).
    """
    keras.utils.set_random_seed(seed)
    networks = XraySynthesizer(WIDE)
    networks.build()
    make_sides_equal(networks)
    num = 1 + len(PLACES)
    poses = np.repeat([pose_vector(pose, WIDE_DETECTOR) for pose in POSES], num, axis=0)
    blank = np.zeros((len(poses), 64, 64, 1), "float32")
    contents = networks.view_content(
        networks.encode_ct(marked_volumes()),
        np.full((num, 3), WIDE_SPACING, "float32"),
        poses,
        np.tile(np.arange(num, dtype="int32"), len(POSES)),
        blank,
        blank + 1,
    )
    styles = np.repeat(style(networks), len(poses), axis=0)
    pictures = np.asarray(networks.generator(contents, blank, styles))
    pictures = pictures.reshape(len(POSES), num, 64, 64)
    change = np.square(pictures[:, 1:] - pictures[:, :1])
    return change / change.sum(axis=(2, 3), keepdims=True)


@pytest.fixture(scope="module")
def centres():
    """{(pose, place): middle of the landmark's influence, (row, column)}.

    Kernels are made equal from both sides: a random one leans to one of them.
    """
    mean = np.mean([squared_influence(seed) for seed in range(NUM_DRAWS)], axis=0)
    return {
        (pose, place): middle(mean[i, j])
        for i, pose in enumerate(POSES)
        for j, place in enumerate(PLACES)
    }


def middle(influence):
    strong = np.maximum(influence - influence.max() / 2, 0)
    return np.array(ndimage.center_of_mass(strong))


@pytest.mark.parametrize("pose", POSES, ids=("far", "near", "turned"))
@pytest.mark.parametrize("place", PLACES)
def test_a_landmarks_influence_is_centred_where_it_is_projected(centres, place, pose):
    expected = project_points(world(place), pose, WIDE_DETECTOR)
    cell = WIDE_CELL * pose.sdd / pose.sod / WIDE_DETECTOR.pixel_spacing[0]  # pixels
    assert np.abs(centres[pose, place] - expected).max() < 0.3 * cell


def test_content_magnifies_as_a_pinhole_when_the_source_comes_closer(centres):
    first, second, _ = PLACES
    far, near = (np.linalg.norm(centres[p, second] - centres[p, first]) for p in (FAR, NEAR))
    assert near / far == pytest.approx(FAR.sod / NEAR.sod, rel=0.15)


def test_content_along_rays_is_that_of_the_turned_patient(rng):
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
