import numpy as np
import pytest

from ct2xkeras.geometry import (
    PosePrior,
    affine_from_spacing,
    backproject_rays,
    pose_from_vector,
    ray_coverage,
)
from ct2xkeras.geometry.distributions import truncated_normal

EXTENT = (300.0, 250.0, 350.0)
PRIOR = PosePrior(
    views={"pa": 2.0, "lateral_left": 1.0}, roll_spread=3.0, footprint=(100.0, 400.0), margin=3.0
)


def picture_coverage(vector, size):
    source, rays = backproject_rays(*pose_from_vector(vector, size))
    return ray_coverage(source, rays, affine_from_spacing(EXTENT, (1, 1, 1)), (1, 1, 1))


def test_every_ray_of_every_sampled_picture_is_covered():
    size = (40, 32)
    for vector in PRIOR.sample(3, 24, EXTENT, size):
        np.testing.assert_allclose(picture_coverage(vector, size), 1, atol=1e-6)


def test_a_seed_fixes_the_poses():
    first, again, other = (PRIOR.sample(seed, 5, EXTENT, (8, 8)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.1


@pytest.mark.parametrize("kind", ["von_mises", "truncated_normal"])
def test_angles_gather_about_the_views_by_weight(kind):
    prior = PosePrior(views={"pa": 3.0, "ap": 1.0}, angle_spread=4.0, angle_distribution=kind)
    poses = prior.sample(0, 400, EXTENT, (8, 8))
    away_from_pa = np.abs((poses[:, 0] + 180) % 360 - 180)
    near_pa = away_from_pa < 90
    assert near_pa.mean() == pytest.approx(0.75, abs=0.07)
    assert away_from_pa[near_pa].std() < 4.0
    assert poses[:, 1].std() == pytest.approx(4.0, abs=0.8)


def test_footprints_stay_in_their_range_and_distances_in_theirs():
    poses = PRIOR.sample(5, 50, EXTENT, (40, 32))
    footprint = poses[:, 8] * 40 * poses[:, 4] / poses[:, 3]
    assert footprint.min() >= 100 - 1e-3
    assert footprint.max() <= 400
    assert np.all((poses[:, 3] >= 900) & (poses[:, 3] <= 1100))
    ratio = poses[:, 4] / poses[:, 3]
    assert np.all((ratio > 0.6 - 1e-6) & (ratio < 0.8 + 1e-6))


def test_a_ct_that_cannot_fill_a_picture_is_named_by_its_size():
    with pytest.raises(ValueError, match=r"350 x 250 x 60 mm.*100 mm"):
        PRIOR.sample(0, 2, (60.0, 250.0, 350.0), (8, 8))


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="did you mean"):
        PosePrior(views={"pq": 1.0})
    with pytest.raises(ValueError, match="smallest <= largest"):
        PosePrior(footprint=(300.0, 100.0))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("views", {}),
        ("views", {"pa": 0.0}),
        ("views", {"pa": 1.0, "ap": np.nan}),
        ("angle_spread", -1.0),
        ("angle_spread", np.inf),
        ("angle_distribution", "normal"),
        ("roll_spread", np.nan),
        ("roll_spread", "3"),
        ("sdd", (1000.0, 50.0, 1100.0, 900.0)),
        ("sdd", (800.0, 50.0, 900.0, 1100.0)),
        ("sdd", (1000.0, -50.0, 900.0, 1100.0)),
        ("sdd", (1000.0, 900.0, 1100.0)),
        ("sod_ratio", (0.7, 0.03, 0.6, 1.0)),
        ("isocenter_offset", (1.0, 1.0, -1.0)),
        ("isocenter_offset", 3.0),
        ("footprint", (np.nan, 100.0)),
        ("margin", -1.0),
    ],
)
def test_a_wrong_field_is_named(field, value):
    with pytest.raises(ValueError, match=f"^{field}"):
        PosePrior(**{field: value})


def test_what_has_no_room_is_always_the_same():
    """Limits that meet, or no deviation: each of them alone used to stop the sampling."""
    prior = PosePrior(
        sdd=(1000.0, 50.0, 1000.0, 1000.0),
        sod_ratio=(0.7, 0.0, 0.6, 0.8),
        isocenter_offset=(0.0, 0.0, 0.0),
    )
    poses = prior.sample(0, 6, EXTENT, (8, 8))
    np.testing.assert_array_equal(poses[:, 3:8], np.tile(np.float32([1000, 700, 0, 0, 0]), (6, 1)))
    np.testing.assert_array_equal(truncated_normal(None, 2, 5.0, 0.0, 1.0, 3.0), [3.0, 3.0])
