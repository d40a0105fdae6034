import numpy as np

from ct2xkeras.geometry import feature_affine, ray_coverage
from ct2xkeras.projection import coverage_map, view_rays
from ct2xkeras.projection import feature_affine as batched_feature_affine


def test_rays_agree_with_the_geometry(scene):
    sources, directions = view_rays(scene.poses, scene.size)
    for i, (source, rays) in enumerate(scene.rays()):
        np.testing.assert_allclose(sources[i], source, atol=1e-3)
        np.testing.assert_allclose(directions[i], rays, atol=1e-6)


def test_coverage_agrees_with_the_geometry(scene):
    coverage = np.asarray(coverage_map(scene.shape, scene.affines(6), scene.poses, scene.size))
    assert coverage.shape == (6, *scene.size, 1)
    for i, (source, rays) in enumerate(scene.rays()):
        expected = ray_coverage(source, rays, scene.affine, scene.shape)
        np.testing.assert_allclose(coverage[i, ..., 0], expected, atol=1e-4)


def test_feature_affines_agree_with_the_geometry(scene):
    coarse = batched_feature_affine(scene.affines(2), scene.shape, (8, 8, 8))
    np.testing.assert_allclose(
        coarse[1], feature_affine(scene.affine, scene.shape, (8, 8, 8)), atol=1e-4
    )
