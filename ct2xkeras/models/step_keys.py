"""Keys of the random numbers in a training step: functions of seed, step, purpose and replica."""

import tensorflow as tf

PURPOSES = ("moved_copies", "noise", "path_length", "real", "fake", "fake_for_generator")


def step_key(seed, step, purpose):
    """A key (2,) for stateless random numbers, other for each step, purpose and replica.

    Nothing is stored, so that a resumed run draws what an undisturbed one would have drawn.

    Args:
        seed: integer of the recipe.
        step: integer tensor.
        purpose: one of `PURPOSES`.
    """
    replica = tf.distribute.get_replica_context().replica_id_in_sync_group
    key = tf.stack([tf.cast(seed, tf.int32), tf.cast(step, tf.int32)])
    stream = PURPOSES.index(purpose) * 4096 + replica
    return tf.random.experimental.stateless_fold_in(key, stream, alg="philox")
