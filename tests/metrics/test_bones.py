import numpy as np
import pytest

from ct2xkeras.geometry import affine_from_spacing
from ct2xkeras.metrics import bone_points

MIDDLES = np.array([[10.0, -15.0, 5.0], [-20.0, 12.5, -17.5], [-12.5, 2.5, 22.5]])  # world mm


def test_bone_points_lie_in_the_middle_of_bones():
    affine = affine_from_spacing((2.0, 2.5, 3.0), (40, 50, 45))
    z, y, x = np.indices((40, 50, 45))
    world = np.stack([x, y, z], -1) @ affine[:3, :3].T + affine[:3, 3]
    hu = np.full((40, 50, 45), 30.0)
    for middle, density in zip(MIDDLES, (900, 700, 500), strict=True):
        hu[np.linalg.norm(world - middle, axis=-1) < 10] = density
    np.testing.assert_allclose(bone_points(hu, affine), MIDDLES, atol=3)
    assert len(bone_points(hu, affine, count=2)) == 2
    with pytest.raises(ValueError, match="No bone in the CT: its densest part has 30 HU"):
        bone_points(np.full((40, 50, 45), 30), affine)


def test_bone_points_of_a_phantom_lie_in_its_bones(views):
    points = bone_points(views.hu, views.affine)
    index = np.rint((points - views.affine[:3, 3]) / np.diag(views.affine)[:3]).astype(int)
    assert len(points) == 24
    assert np.mean(views.hu[index[:, 2], index[:, 1], index[:, 0]] > 100) > 0.7
