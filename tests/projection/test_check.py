import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.geometry import CArmPose, Detector, affine_from_spacing, pose_vector
from ct2xkeras.projection import project

SHAPE, SIZE = (8, 8, 8), (6, 6)
AFFINE = affine_from_spacing((10, 10, 10), SHAPE)[None].astype(np.float32)
POSE = pose_vector(CArmPose(0, 0), Detector(*SIZE, (20, 20)))[None]
ONES = np.ones((1, *SHAPE, 1), np.float32)


def changed(pose, **fields):
    from ct2xkeras.geometry import POSE_FIELDS

    pose = pose.copy()
    for name, value in fields.items():
        pose[0, POSE_FIELDS.index(name)] = value
    return pose


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"isocenter_y": 690}, r"View 0: the X-ray source, at .*-10.0.* is inside the volume"),
        ({"sod": 1200}, r"View 0: .*sod=1200.0, sdd=1000.0"),
        ({"sdd": -1000}, r"View 0: .*sod < sdd.*sdd=-1000"),
        ({"row_spacing": 0}, r"View 0: .*positive pixel_spacing"),
        ({"column_spacing": -1}, r"View 0: .*positive pixel_spacing"),
        ({"primary_angle": np.nan}, r"View 0: .*finite"),
    ],
)
def test_a_pose_that_cannot_be_is_refused_with_its_number(fields, message):
    with pytest.raises(ValueError, match=message):
        project(ONES, AFFINE, changed(POSE, **fields), SIZE)


def test_volumes_and_affines_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="NaN"):
        project(np.full_like(ONES, np.nan), AFFINE, POSE, SIZE)
    with pytest.raises(ValueError, match=r"View 0: .*singular"):
        project(ONES, np.zeros_like(AFFINE), POSE, SIZE)
    with pytest.raises(ValueError, match=r"\(B, z, y, x, C\).*\(8, 8, 8\)"):
        project(ONES[0, ..., 0], AFFINE, POSE, SIZE)


def test_views_and_volumes_must_be_matched():
    with pytest.raises(ValueError, match="2 poses of 1 volumes: give volume_index"):
        project(ONES, AFFINE, POSE[[0, 0]], SIZE)
    with pytest.raises(ValueError, match=r"one of 1 volumes.*\[0, 1\]"):
        project(ONES, AFFINE, POSE[[0, 0]], SIZE, [0, 1])


def test_an_unknown_method_is_answered_with_those_known():
    with pytest.raises(ValueError, match=r"joseph.*'jozef'"):
        project(ONES, AFFINE, POSE, SIZE, method="jozef")


@pytest.mark.parametrize("method", ["joseph", "trilinear", "siddon"])
def test_a_view_that_misses_is_empty_and_says_so(method):
    with pytest.warns(UserWarning, match="View 0 misses the volume"):
        picture = project(ONES, AFFINE, changed(POSE, isocenter_x=900), SIZE, method=method)
    assert not np.any(picture)


def test_in_a_graph_the_same_call_needs_no_values():
    compiled = tf.function(lambda *scene: project(*scene, SIZE))
    expected = project(ONES, AFFINE, POSE, SIZE)
    np.testing.assert_allclose(compiled(*map(tf.constant, (ONES, AFFINE, POSE))), expected)
