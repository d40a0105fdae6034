import numpy as np
import pytest

from ct2xkeras.geometry import (
    CArmPose,
    Detector,
    affine_from_spacing,
    backproject_rays,
    ray_coverage,
)

SHAPE = (20, 30, 40)  # z, y, x
AFFINE = affine_from_spacing((5.0, 10.0, 10.0), SHAPE)  # 100 x 300 x 400 mm


def test_a_level_ray_is_whole_and_a_ray_beside_the_patient_is_nothing():
    directions = np.array([[0.0, 1, 0], [0, 1, 0.01], [1, 1, 0]])
    np.testing.assert_allclose(
        ray_coverage(np.array([0.0, -700, 0]), directions, AFFINE, SHAPE), [1, 1, 0]
    )


def test_a_rising_ray_is_covered_up_to_the_top():
    # 0.1 up a mm: it enters the patient 450 mm from the source and passes the top, z=50, at 500
    coverage = ray_coverage(np.array([0.0, -600, 0]), np.array([[0, 1, 0.1]]), AFFINE, SHAPE)
    assert coverage[0] == pytest.approx((500 - 450) / 300)


def test_coverage_does_not_depend_on_the_frame():
    turn = np.array([[0.8, -0.6, 0, 5], [0.6, 0.8, 0, -7], [0, 0, 1, 11], [0, 0, 0, 1]])
    source, rays = backproject_rays(CArmPose(0, 10), Detector(9, 9, (40, 40)))
    before = ray_coverage(source, rays, AFFINE, SHAPE)
    moved = turn[:3, :3] @ source + turn[:3, 3]
    after = ray_coverage(moved, rays @ turn[:3, :3].T, turn @ AFFINE, SHAPE)
    assert 0 < before.mean() < 1
    np.testing.assert_allclose(after, before, atol=1e-9)
