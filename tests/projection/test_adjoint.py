"""Gradients: exact transposes in the volume, central differences in volume and pose."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.geometry import POSE_FIELDS, affine_from_spacing
from ct2xkeras.projection import project

INDEX = np.array([0, 1, 1, 0, 1, 0], np.int32)


@pytest.mark.parametrize("scene", ["left_handed"], indirect=True)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("method", ["joseph", "joseph_march", "trilinear"])
def test_the_volume_gradient_is_the_transpose(scene, method, channels):
    rng = np.random.default_rng(0)
    volumes = tf.constant(rng.uniform(size=(2, *scene.shape, channels)), tf.float32)
    pictures = rng.uniform(size=(6, *scene.size, channels)).astype(np.float32)
    with tf.GradientTape() as tape:
        tape.watch(volumes)
        seen = project(volumes, scene.affines(2), scene.poses, scene.size, INDEX, method)
    back = tape.gradient(seen, volumes, output_gradients=pictures)
    forth = np.vdot(np.float64(seen), np.float64(pictures))
    assert np.vdot(np.float64(volumes), np.float64(back)) == pytest.approx(forth, rel=1e-5)


def blobs(scene):
    """A smooth field, float64 (1, z, y, x, 2), of which differences can be taken."""
    away = np.linalg.norm(scene.world()[..., None, :] - [[4.0, -3, 5], [-9, 6, -7]], axis=-1)
    return np.exp(-0.5 * (away / [11.0, 14.0]) ** 2)[None]


def loss_of(scene, volume, poses, method):
    index, affine = np.zeros(len(scene.poses), np.int32), scene.affine[None]
    seen = project(volume, affine, poses, scene.size, index, method, differentiable_pose=True)
    return tf.reduce_sum(tf.sin(seen / 5))


def pose_gradient(scene, volume, poses, method):
    with tf.GradientTape() as tape:
        tape.watch(poses)
        loss = loss_of(scene, volume, poses, method)
    return tape.gradient(loss, poses).numpy()


@pytest.mark.parametrize("scene", ["oblique"], indirect=True)
@pytest.mark.parametrize("method", ["joseph", "trilinear"])
def test_the_pose_gradient_is_the_central_difference(scene, method):
    scene = replace(scene, poses=scene.poses[:3])
    volume = tf.constant(blobs(scene))
    poses = tf.constant(scene.poses.astype(np.float64) + 0.37)  # off the lattice's kinks
    gradient = pose_gradient(scene, volume, poses, method)
    step = 1e-5
    for field, name in enumerate(POSE_FIELDS):
        move = step * np.eye(12)[field]
        up, down = (loss_of(scene, volume, poses + sign * move, method) for sign in (1, -1))
        expected, scale = float(up - down) / (2 * step), np.abs(gradient[:, field]).max()
        assert gradient[:, field].sum() == pytest.approx(expected, 1e-3, 1e-3 * scale), name


@pytest.mark.parametrize("scene", ["oblique"], indirect=True)
@pytest.mark.parametrize("method", ["joseph", "trilinear"])
def test_the_volume_gradient_is_the_central_difference(scene, method):
    scene = replace(scene, poses=scene.poses[:3])
    volume = tf.constant(blobs(scene))
    with tf.GradientTape() as tape:
        tape.watch(volume)
        loss = loss_of(scene, volume, tf.constant(scene.poses, tf.float64), method)
    gradient = tape.gradient(loss, volume)
    change = tf.constant(np.random.default_rng(1).normal(size=volume.shape))
    up, down = (
        loss_of(scene, volume + sign * 1e-5 * change, tf.constant(scene.poses, tf.float64), method)
        for sign in (1, -1)
    )
    expected = float(up - down) / 2e-5
    assert np.vdot(gradient, change) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("scene", ["oblique"], indirect=True)
@pytest.mark.parametrize("method", ["joseph", "joseph_march", "trilinear"])
def test_poses_get_no_gradient_unless_asked_for(scene, method):
    poses = tf.constant(scene.poses)
    with tf.GradientTape() as tape:
        tape.watch(poses)
        volume = np.ones((1, *scene.shape, 1), np.float32)
        index = np.zeros(len(scene.poses), np.int32)
        seen = project(volume, scene.affines(), poses, scene.size, index, method)
    assert tape.gradient(seen, poses) is None


@pytest.mark.slow
@pytest.mark.parametrize("scene", ["oblique"], indirect=True)
def test_gradients_are_the_same_when_all_is_compiled_by_xla(scene):
    def gradients(volume, poses):
        with tf.GradientTape() as tape:
            tape.watch((volume, poses))
            loss = loss_of(scene, volume, poses, "joseph_march")
        return tape.gradient(loss, (volume, poses))

    shape = (7, 8, 6)  # quick to compile
    affine = affine_from_spacing((3, 3, 3), shape)
    scene = replace(scene, shape=shape, affine=affine, poses=scene.poses[:2])
    given = tf.constant(blobs(scene)), tf.constant(scene.poses, tf.float64)
    compiled = tf.function(gradients, jit_compile=True)(*given)
    for found, expected in zip(compiled, gradients(*given), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)
