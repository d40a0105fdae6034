"""Closed forms and geometry of rendered fields; lengths in mm unless said."""

import numpy as np
import pytest

from ct2xkeras.baselines.fields import (
    box_rays,
    composite_alpha,
    composite_attenuation,
    importance_depths,
    merge_depths,
    points_along,
    reorder,
    stratified_depths,
)
from ct2xkeras.geometry import CArmPose, Detector, pose_vector, project_points

SHAPE, SPACING = (40, 50, 30), np.array([[2.0, 4.0, 3.0], [2.0, 3.0, 2.0]], "float32")
HALF = (100.0, 75.0)  # mm, half of the longest side of each volume
DETECTOR = Detector(36, 33, (9.0, 8.0), principal_point=(20.0, -15.0))
ANGLES = [(0, 0, 0), (35, -20, 15), (-120, 40, -30), (90, 10, 0)]
MU = 0.02  # 1/mm


def poses_at(angles, detector=DETECTOR, sdd=1000.0, sod=600.0, isocenter=(6.0, -9.0, 12.0)):
    carm = [CArmPose(p, s, r, sdd=sdd, sod=sod, isocenter=isocenter) for p, s, r in angles]
    return carm, np.stack([pose_vector(pose, detector) for pose in carm])


class View:
    """Rays of views, with samples along them; the first volume unless another is asked for."""

    def __init__(self, poses, detector=DETECTOR, num=256, volume=0):
        index = np.full(len(poses), volume)
        self.origin, self.directions, self.near, self.far, self.unit = map(
            np.asarray, box_rays(poses, SPACING, SHAPE, detector.size, index)
        )
        self.depths = np.asarray(stratified_depths(self.near, self.far, num))
        points = points_along(self.origin, self.directions, self.depths)
        self.world = np.asarray(points) * self.unit[..., None]

    def integrals(self, per_mm):
        """Line integrals (views, rows, columns) of a density in 1/mm at the samples."""
        density = per_mm * self.unit
        _, weights = composite_attenuation(self.depths, density, None, self.near, self.far)
        return np.asarray(weights).sum(-1)

    def opacity(self, per_mm):
        ones = np.ones((*self.depths.shape, 1), "float32")
        density = (per_mm * self.unit).astype("float32")
        return np.asarray(composite_alpha(self.depths, density, ones, self.far)[0])[..., 0]

    def distance_to(self, point):
        """Distance of each ray from a world point."""
        offset = np.asarray(point) - self.origin * self.unit
        along = (offset * self.directions).sum(-1, keepdims=True)
        return np.linalg.norm(offset - along * self.directions, axis=-1)


@pytest.mark.parametrize("volume", [0, 1])
def test_rays_cross_the_cube_around_the_volume(volume):
    view = View(poses_at(ANGLES)[1], volume=volume)
    np.testing.assert_allclose(view.unit.ravel(), HALF[volume])
    for depth in (view.near, view.far):
        ends = np.asarray(points_along(view.origin, view.directions, depth))[..., 0, :]
        hit = (view.far > view.near)[..., 0]
        assert hit.any()
        np.testing.assert_allclose(np.abs(ends).max(-1)[hit], 1.0, atol=1e-4)
    assert (np.abs(view.world) <= HALF[volume] * 1.0001)[hit].all()


def test_a_ray_that_misses_sees_nothing():
    view = View(poses_at([(0, 0, 0)], isocenter=(0, 0, 900.0))[1], num=8)
    np.testing.assert_array_equal(view.near, view.far)
    assert not view.integrals(np.ones_like(view.depths)).any()
    assert not view.opacity(np.ones_like(view.depths)).any()


def test_a_ball_has_the_integral_of_its_chords_in_both_modes():
    center, radius = np.array([10.0, -20.0, 5.0]), 60.0
    view = View(poses_at(ANGLES)[1])
    inside = np.linalg.norm(view.world - center, axis=-1) < radius
    reach = np.maximum(radius**2 - view.distance_to(center) ** 2, 0)
    expected = 2 * MU * np.sqrt(reach)
    np.testing.assert_allclose(view.integrals(MU * inside), expected, atol=0.04)
    np.testing.assert_allclose(view.opacity(MU * inside), 1 - np.exp(-expected), atol=0.02)


def test_the_whole_box_has_the_integral_of_its_length_with_few_samples():
    view = View(poses_at(ANGLES)[1], num=4)
    length = ((view.far - view.near) * view.unit)[..., 0]
    np.testing.assert_allclose(view.integrals(MU * np.ones_like(view.depths)), MU * length, 1e-4)


def test_integrals_add_up_and_features_integrate_with_the_density(rng):
    view = View(poses_at(ANGLES[:2])[1], num=8)
    one, two = rng.uniform(0, 1, (2, *view.depths.shape)).astype("float32")
    np.testing.assert_allclose(
        view.integrals(one + two), view.integrals(one) + view.integrals(two), rtol=1e-4
    )
    features, weights = composite_attenuation(
        view.depths, one, np.stack([one, 2 * one], -1), view.near, view.far
    )
    expected = (np.asarray(weights) * one).sum(-1)
    np.testing.assert_allclose(features, np.stack([expected, 2 * expected], -1), rtol=1e-4)


def test_seen_from_behind_an_integral_is_the_mirrored_picture():
    detector = Detector(24, 20, (0.4, 0.5))
    far_away = {"detector": detector, "sdd": 41000.0, "sod": 40000.0, "isocenter": (0, 0, 0)}
    poses = poses_at([(25, 0, 0), (205, 0, 0)], **far_away)[1]
    poses[:, 8:10] *= 20  # about parallel rays
    view = View(poses, detector, num=128)
    density = 0.02 * np.exp(-(((view.world - [20.0, 10.0, -15.0]) / 30) ** 2).sum(-1))
    front, back = view.integrals(density)
    assert front.max() > 0.5
    np.testing.assert_allclose(front, back[:, ::-1], atol=0.02)


def test_a_nearer_ball_hides_a_farther_one_only_with_alpha():
    """A bright ball behind a dark one, on the central ray."""
    detector = Detector(3, 3, (1.0, 1.0))
    view = View(poses_at([(0, 0, 0)], detector, isocenter=(0, 0, 0))[1], detector)
    near, far = (np.linalg.norm(view.world - [0, y, 0], axis=-1) < 20 for y in (-50, 50))
    features = far[..., None].astype("float32")
    density = (near + far) * 5.0 * view.unit
    seen, _ = composite_alpha(view.depths, density, features, view.far)
    through, weights = composite_attenuation(view.depths, density, features, view.near, view.far)
    assert np.asarray(seen).max() < 1e-3
    np.testing.assert_allclose(through[..., 0], np.asarray(weights).sum(-1) / 2, rtol=0.1)


@pytest.mark.parametrize("mode", ["alpha", "attenuation"])
def test_a_marker_lands_where_the_geometry_says(mode):
    marker = np.array([30.0, -25.0, 40.0])
    carm, poses = poses_at(ANGLES)
    view = View(poses)
    bump = 0.05 * np.exp(-(((view.world - marker) / 9) ** 2).sum(-1))
    picture = view.integrals(bump) if mode == "attenuation" else view.opacity(bump)
    pixels = np.indices(DETECTOR.size).astype(float)
    for image, pose in zip(picture, carm, strict=True):
        center = (pixels * image).sum((1, 2)) / image.sum()
        np.testing.assert_allclose(center, project_points(marker, pose, DETECTOR), atol=0.1)


def test_stratified_depths_stay_in_their_parts(rng):
    near, far = np.full((2, 3, 3, 1), 2.0, "float32"), np.full((2, 3, 3, 1), 4.0, "float32")
    fixed = np.asarray(stratified_depths(near, far, 4))
    np.testing.assert_allclose(fixed[0, 0, 0], [2.25, 2.75, 3.25, 3.75])
    fractions = rng.uniform(size=(2, 3, 3, 4)).astype("float32")
    drawn = np.asarray(stratified_depths(near, far, 4, fractions))
    np.testing.assert_allclose(drawn, fixed - 0.25 + fractions / 2, atol=1e-6)


def test_importance_depths_follow_the_weights(rng):
    depths = np.linspace(0, 1, 9, dtype="float32")
    weights = np.array([9, 0, 1, 0, 3, 0, 0, 0, 9], "float32")  # the outermost only bound
    fractions = rng.uniform(size=4000).astype("float32")
    drawn = np.asarray(importance_depths(depths, weights, 4000, fractions))
    assert (np.diff(drawn) >= 0).all()
    near_third, near_fifth = (np.abs(drawn - depths[i]) <= 1 / 16 + 1e-5 for i in (2, 4))
    np.testing.assert_allclose([near_third.mean(), near_fifth.mean()], [0.25, 0.75], atol=1e-3)
    within = (drawn[near_fifth] - 0.4375) * 8  # of the interval, evenly
    np.testing.assert_allclose(within, np.linspace(0, 1, len(within)), atol=0.01)


def test_an_empty_ray_is_sampled_evenly():
    drawn = importance_depths(np.linspace(0, 1, 11, dtype="float32"), np.zeros(11, "float32"), 9)
    np.testing.assert_allclose(drawn, 0.05 + 0.9 * (np.arange(9) + 0.5) / 9, atol=1e-5)


def test_merged_samples_keep_their_values(rng):
    coarse, fine = (rng.uniform(size=(2, 3, 4, n)).astype("float32") for n in (5, 3))
    depths, order = merge_depths(coarse, fine)
    both = np.concatenate([coarse, fine], axis=-1)
    np.testing.assert_array_equal(depths, np.sort(both))
    features = np.stack([both, 3 * both], axis=-1)
    np.testing.assert_array_equal(reorder(features, order), np.stack([depths, 3 * depths], -1))
