import numpy as np
import pytest

from ct2xkeras.baselines.inversion import fit_poses
from ct2xkeras.baselines.inversion.poses import FIT_ANGLES, WIDEST
from ct2xkeras.geometry import POSE_FIELDS
from ct2xkeras.projection import affine_from_spacing, coverage_map

SHAPE = (8, 10, 12)
BOXES = np.array([[300, 300, 300], [160, 250, 350], [700, 400, 400], [90, 80, 200]], "float32")
SPACING = BOXES / np.array(SHAPE, "float32")  # (z, y, x) mm


@pytest.fixture(scope="module")
def poses():
    return np.asarray(fit_poses(SPACING, SHAPE, 16))


def footprints(poses):
    sdd, sod, pixel = (poses[..., POSE_FIELDS.index(n)] for n in ("sdd", "sod", "row_spacing"))
    return 16 * pixel * sod / sdd


def test_the_ct_covers_every_ray(poses):
    index = np.repeat(np.arange(len(BOXES)), len(FIT_ANGLES))
    affine = affine_from_spacing(SPACING, SHAPE)
    coverage = coverage_map(SHAPE, affine, poses.reshape(-1, 12), (16, 16), index)
    assert np.min(coverage) == pytest.approx(1, abs=1e-5)


def test_pictures_are_as_wide_as_ct_and_training_allow(poses):
    found = footprints(poses)
    limits = np.minimum(BOXES.min(axis=1), WIDEST)[:, None]
    assert np.all(found <= limits + 1e-3)
    assert np.all(found > 0.8 * limits)


def test_views_go_around_the_patient_at_one_distance(poses):
    np.testing.assert_array_equal(poses[..., 0], np.tile(FIT_ANGLES, (len(BOXES), 1)))
    assert len(np.unique(poses[..., 3:5].reshape(-1, 2), axis=0)) == 1
