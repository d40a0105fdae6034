"""Penalties on gradients that act on every n-th step, times n (StyleGAN2's lazy regularisation).

A `tf.cond` stands around the value alone: optimizers and sums over replicas do not work inside one.
"""

import math

import tensorflow as tf

from ct2xkeras import losses
from ct2xkeras.models.random_draws import normal
from ct2xkeras.models.replicas import mean_over_replicas

PATH_LENGTH_SHARE = 0.01  # of a step in the running mean of path lengths


def is_due(step, interval):
    """Whether a penalty acts on this step."""
    return tf.equal(tf.cast(step, tf.int64) % interval, 0)


def lazy_r1(judge, real, step, interval):
    """Mean `|grad D|^2` of real pictures where it is due, times the interval; else 0.

    Args:
        judge: function of pictures that gives logits (batch,).
        real: (batch, height, width, 1).
    """

    def penalty():
        with tf.GradientTape() as tape:
            tape.watch(real)
            score = tf.reduce_sum(judge(real))
        return interval * tf.reduce_mean(losses.gradient_penalty(tape.gradient(score, real)))

    return tf.cond(is_due(step, interval), penalty, lambda: tf.constant(0.0))


def lazy_path_length(render, styles, mean_length, key, step, interval):
    """The path length penalty where it is due, times the interval; else zeros.

    Args:
        render: function of style codes (views, style_size) that gives pictures.
        mean_length: running mean of lengths over all replicas, scalar.
        key: (2,), of the noise.

    Returns:
        values (views,), and the new running mean.
    """
    due = is_due(step, interval)
    lengths = tf.cond(
        due, lambda: _lengths(render, styles, key), lambda: tf.zeros_like(styles[:, 0])
    )
    now = mean_over_replicas(tf.stop_gradient(tf.reduce_mean(lengths)))
    mean = tf.where(due, mean_length + PATH_LENGTH_SHARE * (now - mean_length), mean_length)
    values = interval * losses.path_length_penalty(lengths, mean)
    return tf.where(due, values, tf.zeros_like(values)), mean


def _lengths(render, styles, key):
    with tf.GradientTape() as tape:
        tape.watch(styles)
        pictures = render(styles)
        num, pixels = tf.shape(pictures)[0], math.prod(pictures.shape[1:])
        noise = tf.reshape(normal(key, num, pixels), tf.shape(pictures))
        projected = tf.reduce_sum(losses.noise_projection(pictures, noise))
    return losses.path_lengths(tape.gradient(projected, styles))
