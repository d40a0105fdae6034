"""The DRRs that a generator is fitted to, and how far from them it is."""

from typing import NamedTuple

import tensorflow as tf

from ct2xkeras.baselines.inversion.loss import fit_loss, tone
from ct2xkeras.baselines.inversion.poses import FIT_ANGLES, fit_poses
from ct2xkeras.baselines.inversion.prior import prior_draws

NUM_VIEWS = len(FIT_ANGLES)
TONE_DRAWS = 8  # from the prior, whose tone is aimed at


class FitTarget(NamedTuple):
    """CTs as a generator is to show them.

    Args:
        spacing: (volumes, 3), (z, y, x) in mm.
        poses: (volumes, views, 12).
        drr, coverage: (volumes, views, side, side, 1).
        tones: (volumes, views, 2), see `tone`.
    """

    spacing: tf.Tensor
    poses: tf.Tensor
    drr: tf.Tensor
    coverage: tf.Tensor
    tones: tf.Tensor


def fit_target(networks, volume, spacing):
    """DRRs of volumes (n, z, y, x, 1) in HU at `fit_poses`, in the usual tones of the prior."""
    spacing, side = tf.cast(spacing, tf.float32), networks.architecture.image_size
    poses = fit_poses(spacing, volume.shape[1:4], side)
    num = tf.shape(volume)[0]
    views = (_flat(poses), tf.repeat(tf.range(num), NUM_VIEWS))
    seen = (
        tf.reshape(x, [-1, NUM_VIEWS, side, side, 1])
        for x in networks.project(volume, spacing, *views)
    )
    return FitTarget(spacing, poses, *seen, usual_tones(networks, spacing, poses))


def usual_tones(networks, spacing, poses):
    """`tone` of views, the mean over draws of the prior: (volumes, views, 2).

    The picture of the mean latents will not do: EG3D's was brighter than nearly all others.

    Args:
        spacing: (volumes, 3) in mm; poses: (volumes, views, 12).
    """
    num, each = tf.shape(spacing)[0], TONE_DRAWS
    draws = prior_draws(networks, each)
    latents = tf.tile(draws, [num, *[1] * (len(draws.shape) - 1)])
    views = _flat(tf.repeat(poses, each, axis=0))
    index = tf.repeat(tf.range(num * each), NUM_VIEWS)
    tones = tone(_draw(networks, latents, tf.repeat(spacing, each, axis=0), views, index))
    return tf.reduce_mean(tf.reshape(tones, [num, each, NUM_VIEWS, 2]), axis=1)


def distances(networks, latents, target, views):
    """Mean `fit_loss` of the networks' pictures over some of the target's views: (volumes,).

    Args:
        networks: with `code_of`, and `draw` or the cheaper `draw_for_fit`.
        latents: (volumes, ...).
        views: (m,) integers, which of the target's.
    """
    num, count = tf.shape(latents)[0], tf.size(views)
    poses, *expected = (_flat(tf.gather(values, views, axis=1)) for values in target[1:])
    pictures = _draw(networks, latents, target.spacing, poses, tf.repeat(tf.range(num), count))
    losses = fit_loss(pictures, *expected)
    return tf.reduce_mean(tf.reshape(losses, [num, count]), axis=1)


def _flat(values):
    """(volumes, views, ...) to (volumes * views, ...)."""
    return tf.reshape(values, [-1, *values.shape[2:]])


def _draw(networks, latents, spacing, poses, volume_index):
    code = networks.code_of(latents)
    if hasattr(networks, "draw_for_fit"):
        return networks.draw_for_fit(code, spacing, poses, volume_index)
    return networks.draw(code, None, spacing, poses, None, volume_index, None, None, None)
