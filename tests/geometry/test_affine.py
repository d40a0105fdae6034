import numpy as np
import pytest

from ct2xkeras.geometry import (
    affine_from_spacing,
    check_affine,
    check_same_grid,
    feature_affine,
    index_from_world,
    spacing_from_affine,
)


def test_a_centred_grid_has_its_middle_at_the_origin():
    affine = affine_from_spacing((3.0, 2.0, 1.0), (5, 6, 7))
    np.testing.assert_allclose(affine @ [3, 2.5, 2, 1], [0, 0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(spacing_from_affine(affine), (3, 2, 1))
    np.testing.assert_allclose(index_from_world(affine) @ affine, np.eye(4), atol=1e-12)


def test_a_feature_volume_spans_the_same_box():
    affine = affine_from_spacing((3.0, 2.0, 1.0), (8, 6, 12))
    affine[:3, 3] += (10, 20, 30)
    coarse = feature_affine(affine, (8, 6, 12), (4, 3, 3))
    for corner in ((0, 0, 0), (1, 1, 1)):
        fine_index = np.multiply(corner, (12, 6, 8)) - 0.5
        coarse_index = np.multiply(corner, (3, 3, 4)) - 0.5
        np.testing.assert_allclose(coarse @ [*coarse_index, 1], affine @ [*fine_index, 1])


@pytest.mark.parametrize("bad", [np.zeros((4, 4)), np.eye(3), np.full((4, 4), np.nan)])
def test_a_matrix_that_maps_to_no_volume_is_refused(bad):
    with pytest.raises(ValueError, match="affine"):
        check_affine(bad)


def test_spacing_must_be_positive():
    with pytest.raises(ValueError, match=r"positive.*\[1.0, 0.0, 2.0\]"):
        affine_from_spacing((1, 0, 2), (4, 4, 4))


def test_labels_must_lie_on_their_cts_voxels():
    affine = affine_from_spacing((3, 2, 1), (5, 6, 7))
    check_same_grid((5, 6, 7), affine + 1e-4, (5, 6, 7), affine)
    with pytest.raises(ValueError, match=r"another grid.*\(5, 6, 8\) instead of \(5, 6, 7\)"):
        check_same_grid((5, 6, 8), affine, (5, 6, 7), affine)
    moved = affine.copy()
    moved[2, 3] += 3
    with pytest.raises(ValueError, match=r"another grid.*up to 1 voxels off"):
        check_same_grid((5, 6, 7), moved, (5, 6, 7), affine)
