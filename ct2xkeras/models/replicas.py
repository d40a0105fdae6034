"""What replicas have to share for a step that equals the one of a single replica."""

import tensorflow as tf


def num_replicas():
    """Replicas in step, float32."""
    return tf.cast(tf.distribute.get_replica_context().num_replicas_in_sync, tf.float32)


def gathered(values):
    """The examples of all replicas, in the batch's order: (n, ...) to (replicas * n, ...).

    Gradients flow back to the replica that an example came from.
    """
    context = tf.distribute.get_replica_context()
    replicas = context.num_replicas_in_sync
    if replicas == 1:
        return values
    place = tf.one_hot(context.replica_id_in_sync_group, replicas, dtype=values.dtype)
    # A sum of padded parts, since the sum of replicas has a gradient and their gathering has not.
    spread = tf.tensordot(place, values, axes=0)
    whole = context.all_reduce(tf.distribute.ReduceOp.SUM, spread)
    return tf.reshape(whole, tf.concat([[-1], tf.shape(values)[1:]], axis=0))


def mean_over_replicas(value):
    """The mean of a tensor over all replicas."""
    context = tf.distribute.get_replica_context()
    if context.num_replicas_in_sync == 1:
        return value
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, value)


def apply_gradients(optimizer, gradients, variables, clip_norm=None):
    """One optimizer step from the gradients of all replicas, clipped as a whole.

    Keras clips each replica's own gradients and sums afterwards, so that a limit of 1 lets 2 pass
    with two replicas. Here they are averaged first.

    Args:
        gradients: of this replica's loss, the mean over its views, of which each replica has as
            many; None where a weight has no part in it.
        clip_norm: largest norm of all gradients together; None lets all pass.

    Returns:
        The norm before clipping, scalar.
    """
    context = tf.distribute.get_replica_context()
    acting = [pair for pair in zip(gradients, variables, strict=True) if pair[0] is not None]
    gradients, variables = map(list, zip(*acting, strict=True))
    if context.num_replicas_in_sync > 1:
        gradients = context.all_reduce(tf.distribute.ReduceOp.MEAN, gradients)
    norm = tf.linalg.global_norm(gradients)
    if clip_norm is not None:
        gradients, _ = tf.clip_by_global_norm(gradients, clip_norm, norm)
    # The optimizer sums over replicas once more.
    optimizer.apply([gradient / num_replicas() for gradient in gradients], variables)
    return norm
