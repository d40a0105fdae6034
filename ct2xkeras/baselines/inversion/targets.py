"""The DRRs that a generator is fitted to, and how far from them it is."""

from typing import NamedTuple

import tensorflow as tf

from ct2xkeras.baselines.inversion.loss import fit_loss
from ct2xkeras.baselines.inversion.poses import FIT_ANGLES, fit_poses

NUM_VIEWS = len(FIT_ANGLES)


class FitTarget(NamedTuple):
    """CTs as a generator is to show them.

    Args:
        spacing: (volumes, 3), (z, y, x) in mm.
        poses: (volumes, views, 12).
        drr, coverage: (volumes, views, side, side, 1).
    """

    spacing: tf.Tensor
    poses: tf.Tensor
    drr: tf.Tensor
    coverage: tf.Tensor


def fit_target(networks, volume, spacing):
    """DRRs of volumes (n, z, y, x, 1) in HU at `fit_poses`; the networks only tell the sizes."""
    spacing, side = tf.cast(spacing, tf.float32), networks.architecture.image_size
    poses = fit_poses(spacing, volume.shape[1:4], side)
    index = tf.repeat(tf.range(tf.shape(volume)[0]), NUM_VIEWS)
    flat = tf.reshape(poses, [-1, poses.shape[-1]])
    pictures = networks.project(volume, spacing, flat, index)
    return FitTarget(
        spacing, poses, *(tf.reshape(x, [-1, NUM_VIEWS, side, side, 1]) for x in pictures)
    )


def distances(networks, latents, target, views):
    """Mean `fit_loss` of the networks' pictures over some of the target's views: (volumes,).

    Args:
        networks: with `code_of`, and `draw` or the cheaper `draw_for_fit`.
        latents: (volumes, ...).
        views: (m,) integers, which of the target's.
    """
    num, count = tf.shape(latents)[0], tf.size(views)

    def flat(values):
        chosen = tf.gather(values, views, axis=1)
        return tf.reshape(chosen, [-1, *values.shape[2:]])

    scene = (flat(target.poses), tf.repeat(tf.range(num), count))
    pictures = _draw(networks, networks.code_of(latents), target.spacing, *scene)
    losses = fit_loss(pictures, flat(target.drr), flat(target.coverage))
    return tf.reduce_mean(tf.reshape(losses, [num, count]), axis=1)


def _draw(networks, code, spacing, poses, volume_index):
    if hasattr(networks, "draw_for_fit"):
        return networks.draw_for_fit(code, spacing, poses, volume_index)
    return networks.draw(code, None, spacing, poses, None, volume_index, None, None, None)
