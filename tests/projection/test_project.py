"""The projector against closed forms and symmetries of X-ray pictures."""

import numpy as np
import pytest

from ct2xkeras.geometry import (
    CArmPose,
    Detector,
    affine_from_spacing,
    pose_from_vector,
    pose_vector,
    project_points,
)
from ct2xkeras.projection import project, siddon

METHODS = ["joseph", "trilinear", "siddon"]


def picture(scene, volume, method, **kwargs):
    """Pictures (N, rows, columns) of one volume (z, y, x)."""
    volume, index = volume[None, ..., None].astype(np.float32), np.zeros(len(scene.poses), int)
    scene = (scene.affines(), scene.poses, scene.size)
    return np.asarray(project(volume, *scene, index, method=method, **kwargs))[..., 0]


def gaussian(points, center, precision):
    offset = points - center
    return np.exp(-0.5 * np.einsum("...i,ij,...j->...", offset, precision, offset))


def gaussian_integral(source, rays, center, precision):
    """Integral of `gaussian` along whole rays, closed form."""
    offset = center - source
    a = np.einsum("...i,ij,...j->...", rays, precision, rays)
    b = np.einsum("...i,ij,j->...", rays, precision, offset)
    return np.sqrt(2 * np.pi / a) * np.exp(0.5 * (b**2 / a - offset @ precision @ offset))


CENTER = np.array([4.0, -3.0, 5.0])
PRECISION = np.linalg.inv([[150.0, 15, 0], [15, 165, -20], [0, -20, 158]])


@pytest.mark.parametrize("method", ["joseph", "trilinear"])
def test_a_gaussian_blob_has_its_closed_form_integral(scene, method):
    pictures = picture(scene, gaussian(scene.world(), CENTER, PRECISION), method)
    for found, (source, rays) in zip(pictures, scene.rays(), strict=True):
        expected = gaussian_integral(source, rays, CENTER, PRECISION)
        error = np.sqrt(np.mean((found - expected) ** 2)) / np.sqrt(np.mean(expected**2))
        assert error < 3e-3


def box_chords(source, rays, affine, low, high):
    """Length of rays inside the voxel box [low, high], both (x, y, z) indices: closed form."""
    inverse = np.linalg.inv(affine)
    origin = inverse[:3, :3] @ source + inverse[:3, 3]
    with np.errstate(divide="ignore"):
        way = np.stack([(low - 0.5 - origin), (high + 0.5 - origin)])[:, None, None]
        crossings = way / (rays @ inverse[:3, :3].T)
    chord = crossings.max(0).min(-1) - crossings.min(0).max(-1)
    return np.maximum(chord, 0)


def test_siddon_has_the_closed_form_chord_of_a_box(scene):
    low, high = np.array([8, 10, 6]), np.array([27, 30, 25])
    volume = np.zeros(scene.shape)
    volume[6:26, 10:31, 8:28] = 0.02
    for vector, (source, rays) in zip(scene.poses, scene.rays(), strict=True):
        found = siddon(volume[..., None], scene.affine, *pose_from_vector(vector, scene.size))
        expected = 0.02 * box_chords(source, rays, scene.affine, low, high)
        np.testing.assert_allclose(found[..., 0], expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_a_sphere_has_its_chord_length(scene, method):
    radius, soft = 30.0, 4.0
    distance = np.linalg.norm(scene.world() - CENTER, axis=-1)
    # a rim that falls off over two voxels: what is left is not the voxels' staircase
    sphere = np.clip((radius - distance) / soft + 0.5, 0, 1)
    pictures = picture(scene, sphere, method)
    for found, (source, rays) in zip(pictures, scene.rays(), strict=True):
        passing = np.linalg.norm(np.cross(CENTER - source, rays), axis=-1)
        expected = 2 * np.sqrt(np.maximum(radius**2 - passing**2, 0))
        inner = passing < 0.8 * radius
        tolerance = 0.1 if method == "siddon" else 0.02  # siddon keeps the staircase
        np.testing.assert_allclose(found[inner], expected[inner], rtol=tolerance)
        assert not found[passing > radius + 8].any()


@pytest.mark.parametrize("method", METHODS)
def test_a_unit_voxel_integrates_to_its_chord(method):
    affine = affine_from_spacing((3.0, 2.0, 2.5), (9, 9, 9)).astype(np.float32)
    voxel = np.zeros((1, 9, 9, 9, 1), np.float32)
    voxel[0, 4, 4, 4] = 1
    detector = Detector(1, 1, (1.0, 1.0))
    for angles, chord in [((0, 0), 2.0), ((90, 0), 2.5), ((0, 90), 3.0)]:
        pose = pose_vector(CArmPose(*angles), detector)[None]
        scene = (voxel, affine[None], pose, (1, 1))
        found = np.asarray(project(*scene, method=method, step=0.01))
        assert found.item() == pytest.approx(chord, rel=1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_pictures_add(scene, method):
    rng = np.random.default_rng(0)
    one, other = rng.uniform(size=(2, *scene.shape))
    both = picture(scene, one + 2 * other, method)
    apart = picture(scene, one, method) + 2 * picture(scene, other, method)
    np.testing.assert_allclose(both, apart, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_turning_the_patient_is_turning_the_carm_back(scene, method):
    angle, center = 25.0, np.array([2.0, -3.0, 4.0])  # about the long axis through the isocentre
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turn = np.eye(4)
    turn[:2, :2] = [[cosine, -sine], [sine, cosine]]
    turn[:3, 3] = center - turn[:3, :3] @ center
    volume = np.random.default_rng(1).uniform(size=(1, *scene.shape, 1)).astype(np.float32)
    poses = scene.poses.copy()
    before = project(volume, scene.affines(), poses[:1], scene.size, method=method)
    poses[:, 0] += angle
    turned = (turn @ scene.affine).astype(np.float32)[None]
    after = project(volume, turned, poses[:1], scene.size, method=method)
    np.testing.assert_allclose(after, before, atol=2e-3 * np.max(before))


@pytest.mark.parametrize("method", METHODS)
def test_ap_is_the_mirror_of_pa_with_front_and_back_exchanged(method):
    shape, size = (16, 20, 18), (20, 22)
    volume = np.random.default_rng(2).uniform(size=(1, *shape, 1)).astype(np.float32)
    affine = affine_from_spacing((3.0, 2.0, 2.5), shape).astype(np.float32)[None]
    detector = Detector(*size, (3.0, 3.0))
    pa, ap = (pose_vector(CArmPose(angle, 0), detector)[None] for angle in (0, 180))
    front = np.asarray(project(volume, affine, ap, size, method=method))
    back = np.asarray(project(volume[:, :, ::-1], affine, pa, size, method=method))
    np.testing.assert_allclose(front[:, :, ::-1], back, atol=1e-3 * back.max())


def centroid(volume, affine, pose, detector, method):
    """(row, column) of the middle of one picture's shadow, in pixels."""
    vector = pose_vector(pose, detector)[None]
    scene = (volume[None, ..., None], affine[None].astype(np.float32), vector, detector.size)
    shadow = np.asarray(project(*scene, method=method, step=0.5))[0, ..., 0]
    return [np.average(index, weights=shadow) for index in np.indices(detector.size)]


@pytest.mark.parametrize("method", METHODS)
def test_magnification_is_sdd_over_depth(method):
    shape, detector = (24, 20, 5), Detector(120, 24, (0.5, 1.0))
    affine = affine_from_spacing((2.0, 10.0, 2.0), shape)
    offsets = []
    for y in (2, 17):  # two markers at the same height, far apart in depth
        marker = np.zeros(shape, np.float32)
        marker[20, y, 2] = 1
        row, _ = centroid(marker, affine, CArmPose(0, 0, sdd=1000, sod=700), detector, method)
        offsets.append(0.5 * (detector.center[0] - row))
    height, depths = 2 * (20 - 11.5), (700 - 75, 700 + 75)
    for offset, depth in zip(offsets, depths, strict=True):
        assert offset == pytest.approx(height * 1000 / depth, abs=0.05)


@pytest.mark.parametrize("method", METHODS)
def test_a_bright_voxel_appears_where_project_points_says(method):
    rng = np.random.default_rng(3)
    shape, detector = (6, 7, 8), Detector(260, 300, (0.35, 0.3), (5.0, -7.0))
    affine = affine_from_spacing((4.0, 5.0, 4.5), shape)
    for _ in range(20):
        x, y, z = (rng.integers(1, n - 1) for n in shape[::-1])
        volume = np.zeros(shape, np.float32)
        volume[z, y, x] = 1
        angles = rng.uniform((-180, -80, -40), (180, 80, 40))
        pose = CArmPose(*angles, sdd=1100, sod=750, isocenter=tuple(rng.uniform(-3, 3, 3)))
        expected = project_points((affine @ [x, y, z, 1])[:3], pose, detector)
        found = centroid(volume, affine, pose, detector, method)
        np.testing.assert_allclose(found, expected, atol=0.05)


def test_the_march_reads_what_the_native_warps_read(scene):
    volume = np.random.default_rng(5).uniform(size=scene.shape)
    native, march = (picture(scene, volume, method) for method in ("joseph", "joseph_march"))
    np.testing.assert_allclose(march, native, atol=2e-4 * native.max())


@pytest.mark.parametrize("method", ["joseph", "trilinear"])
def test_views_share_volumes_by_index(scene, method):
    volumes = np.random.default_rng(4).uniform(size=(2, *scene.shape, 3)).astype(np.float32)
    index = np.array([0, 1, 1, 0, 1, 0])
    shared = project(volumes, scene.affines(2), scene.poses, scene.size, index, method)
    copied = project(volumes[index], scene.affines(6), scene.poses, scene.size, method=method)
    np.testing.assert_array_equal(shared, copied)
    alone = project(volumes[..., 1:2], scene.affines(2), scene.poses, scene.size, index, method)
    np.testing.assert_allclose(shared[..., 1:2], alone, rtol=1e-5, atol=1e-5)


def test_trilinear_pictures_do_not_depend_on_the_batch(scene):
    volume = np.random.default_rng(6).uniform(size=(1, *scene.shape, 1)).astype(np.float32)
    affine, index = scene.affines(), np.zeros(len(scene.poses), np.int32)
    together = project(volume, affine, scene.poses, scene.size, index, "trilinear", step=2.5)
    for number, pose in enumerate(scene.poses):
        alone = project(volume, affine, pose[None], scene.size, method="trilinear", step=2.5)
        np.testing.assert_allclose(alone[0], together[number], rtol=1e-5, atol=1e-5)


def test_a_step_of_nothing_is_refused(scene):
    with pytest.raises(ValueError, match="step must be above 0 mm; received 0"):
        picture(scene, np.ones(scene.shape), "trilinear", step=0)
