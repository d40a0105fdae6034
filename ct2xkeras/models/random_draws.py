"""Random numbers of a training step: functions of seed, step, purpose and place in the batch.

Nothing is stored, so that a resumed run draws what an undisturbed one would have drawn. Numbers
are drawn for the batch of all replicas, of which each takes its part: every example of a batch has
its own, and how many replicas share the batch changes nothing.
"""

import math

import tensorflow as tf

PURPOSES = (
    "moved_copies",
    "noise",
    "path_length",
    "real",
    "fake",
    "fake_for_generator",
    "latents",
    "coarse_depths",
    "fine_depths",
    "density_points",
    "pose_swap",
    "patches",
)
_LARGEST = 2**24  # what float32 holds exactly


def step_key(seed, step, purpose):
    """A key (2,) for stateless random numbers, other for each step and purpose.

    Args:
        seed: integer of the recipe.
        step: integer tensor.
        purpose: one of `PURPOSES`.
    """
    key = tf.stack([tf.cast(seed, tf.int32), tf.cast(step, tf.int32)])
    return tf.random.experimental.stateless_fold_in(key, PURPOSES.index(purpose), alg="philox")


def integers(key, num, count):
    """Whole numbers in [0, 2^24), (num, count) int32, for a replica's `num` examples."""
    context = tf.distribute.get_replica_context()
    shape = [context.num_replicas_in_sync * num, count]
    draws = tf.random.stateless_uniform(shape, key, 0, _LARGEST, tf.int32, alg="philox")
    start = context.replica_id_in_sync_group * num
    return draws[start : start + num]


def uniform(key, num, count):
    """Random numbers in [0, 1), (num, count) float32.

    From whole numbers: the fractions that TensorFlow draws from one key are others under XLA than
    outside of it (seen with 2.21), while its whole numbers agree.
    """
    return tf.cast(integers(key, num, count), tf.float32) / _LARGEST


def normal(key, num, count):
    """Random numbers of unit normal distribution, (num, count) float32."""
    return normal_from(uniform(key, num, 2 * count))


def normal_from(fractions):
    """Random numbers of unit normal distribution: (batch, 2 n) in [0, 1) to (batch, n).

    Box and Muller's transform: `sqrt(-2 ln(1 - u)) cos(2 pi v)`.
    """
    radius, turn = tf.split(fractions, 2, axis=1)
    return tf.sqrt(-2 * tf.math.log1p(-radius)) * tf.cos(2 * math.pi * turn)
