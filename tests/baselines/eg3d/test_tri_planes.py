"""The tri-plane lookup against planes that hold coordinates."""

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.baselines.eg3d.tri_planes import (
    AXES,
    gathered_rows,
    plane_corners,
    plane_table,
    sample_planes,
)
from ct2xkeras.projection.sampling_sparse import sparse_rows

SIDE = 8


def coordinate_planes(side=SIDE):
    """Channels (column, row) of each plane hold the coordinates of its pixels' centres."""
    centers = (2 * np.arange(side) + 1) / side - 1
    rows, columns = np.meshgrid(centers, centers, indexing="ij")
    return np.tile(np.stack([columns, rows], -1), 3)[None].astype("float32")


def inner_points(rng, num=50):
    return rng.uniform(-1 + 1 / SIDE, 1 - 1 / SIDE, (num, 3)).astype("float32")


@pytest.mark.parametrize("plane", range(3), ids=["XY", "XZ", "YZ"])
def test_each_plane_sees_its_own_two_axes(rng, plane):
    planes = coordinate_planes()
    mask = np.repeat(np.arange(3) == plane, 2)
    points = inner_points(rng)
    found = 3 * np.asarray(sample_planes(planes * mask, 0, points))
    np.testing.assert_allclose(found, points[:, AXES[plane]], atol=1e-5)


def test_the_planes_are_xy_xz_and_yz_and_features_are_their_mean(rng):
    points = inner_points(rng)
    x, y, z = points.T
    expected = np.stack([(x + x + y) / 3, (y + z + z) / 3], -1)
    np.testing.assert_allclose(sample_planes(coordinate_planes(), 0, points), expected, atol=1e-5)


def test_features_fade_to_nothing_outside():
    planes = np.ones((1, SIDE, SIDE, 6), "float32")
    x = np.array([0, 1 - 1 / SIDE, 1, 1 + 1 / SIDE, 3], "float32")
    points = np.stack([x, x, x], -1)
    expected = np.array([1, 1, 0.25, 0, 0])  # half a pixel out on both axes of each plane
    np.testing.assert_allclose(sample_planes(planes, 0, points)[:, 0], expected, atol=1e-6)


def test_each_view_reads_its_own_planes(rng):
    planes = rng.normal(size=(3, SIDE, SIDE, 6)).astype("float32")
    points = np.stack([inner_points(rng)] * 2)
    both = np.asarray(sample_planes(planes, np.array([[2], [0]]), points))
    for row, index in enumerate((2, 0)):
        alone = sample_planes(planes[index : index + 1], 0, points[row])
        np.testing.assert_allclose(both[row], alone, atol=1e-6)


def test_gathering_and_the_sparse_product_agree_with_their_gradients(rng):
    planes = tf.constant(rng.normal(size=(2, SIDE, SIDE, 6)), tf.float32)
    points = rng.uniform(-1.2, 1.2, (2, 30, 3)).astype("float32")
    rows, weights = plane_corners(points, tf.constant([[0], [1]]), SIDE)
    way = tf.constant(rng.normal(size=(2, 30, 2)), tf.float32)
    results = []
    for weighted_rows in (gathered_rows, sparse_rows):
        with tf.GradientTape() as tape:
            tape.watch(planes)
            values = weighted_rows(plane_table(planes), rows, weights)
            total = tf.reduce_sum(values * way)
        results.append((values, tape.gradient(total, planes)))
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
