import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.geometry import feature_affine
from ct2xkeras.projection import sample_along_rays

FEATURES = (8, 10, 9)


def sample(scene, features, num_samples=7, **kwargs):
    affine = feature_affine(scene.affine, scene.shape, FEATURES).astype(np.float32)
    affine = tf.tile(affine[None], (tf.shape(features)[0], 1, 1))
    return sample_along_rays(features, affine, scene.poses, scene.size, num_samples, **kwargs)


def test_samples_of_a_linear_field_are_its_values_at_the_chords_middles(scene):
    scene_affine = feature_affine(scene.affine, scene.shape, FEATURES)
    z, y, x = np.indices(FEATURES)
    world = np.stack([x, y, z], -1) @ scene_affine[:3, :3].T + scene_affine[:3, 3]
    values, inside = sample(
        scene, tf.constant(world[None], tf.float32), 1, volume_index=np.zeros(6, int)
    )
    inverse = np.linalg.inv(scene_affine)
    for i, (source, rays) in enumerate(scene.rays()):
        points, hit = np.asarray(values[i, ..., 0, :]), np.asarray(inside[i, ..., 0])
        # a field of coordinates, sampled on a ray away from the clamped rim, lies on that ray
        index = points @ inverse[:3, :3].T + inverse[:3, 3]
        limit = np.array(FEATURES)[::-1] - 1
        clear = hit & np.all((index > 1e-3) & (index < limit - 1e-3), -1)
        off = np.cross(points - source, rays)[clear]
        assert len(off) > 20
        assert np.abs(off).max() < 0.05
        assert not points[~hit].any()


@pytest.mark.parametrize("scene", ["oblique"], indirect=True)
def test_gradient_reaches_the_features_in_graph_mode_with_any_batch(scene):
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(6, *scene.size, 7, 4)).astype(np.float32)
    features = rng.normal(size=(1, *FEATURES, 4)).astype(np.float32)

    @tf.function(
        input_signature=[tf.TensorSpec((None, *FEATURES, 4)), tf.TensorSpec((None,), "int32")]
    )
    def loss_gradient(features, index):
        with tf.GradientTape() as tape:
            tape.watch(features)
            values, _ = sample(scene, features, volume_index=index)
            loss = tf.reduce_sum(values * weights)
        return loss, tape.gradient(loss, features)

    loss, gradient = loss_gradient(features, np.zeros(6, np.int32))
    # the map is linear, so its gradient is its transpose
    assert float(loss) == pytest.approx(np.vdot(features, gradient), rel=1e-4, abs=0.05)


@pytest.mark.parametrize("scene", ["oblique"], indirect=True)
def test_bfloat16_features_keep_exact_geometry(scene):
    features = np.random.default_rng(1).normal(size=(6, *FEATURES, 2)).astype(np.float32)
    exact, inside = sample(scene, tf.constant(features))
    coarse, inside_coarse = sample(scene, tf.constant(features, tf.bfloat16))
    assert coarse.dtype == tf.bfloat16
    np.testing.assert_array_equal(inside, inside_coarse)
    np.testing.assert_allclose(tf.cast(coarse, tf.float32), exact, atol=0.05)


@pytest.mark.parametrize("channels", [2, 33])
@pytest.mark.parametrize("scene", ["oblique"], indirect=True)
def test_the_sparse_form_equals_the_gathers_with_its_gradient(scene, channels):
    rng = np.random.default_rng(0)
    features = tf.constant(rng.normal(size=(6, *FEATURES, channels)), tf.float32)
    values, gradients = [], []
    for method in ("gather", "sparse"):
        with tf.GradientTape() as tape:
            tape.watch(features)
            value, _ = sample(scene, features, method=method)
            loss = tf.reduce_sum(value * tf.sin(tf.range(7.0))[:, None])
        values.append(value)
        gradients.append(tf.convert_to_tensor(tape.gradient(loss, features)))
    np.testing.assert_allclose(values[0], values[1], atol=1e-5)
    np.testing.assert_allclose(gradients[0], gradients[1], atol=1e-4)


def test_an_unknown_method_is_answered_with_the_known_ones(scene):
    with pytest.raises(ValueError, match="expected one of auto, gather, sparse"):
        sample(scene, np.zeros((6, *FEATURES, 1), "float32"), method="spars")
