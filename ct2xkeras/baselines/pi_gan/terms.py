"""Terms of pi-GAN's losses."""

import tensorflow as tf
from keras import ops

from ct2xkeras.models.replicas import gathered, num_replicas
from ct2xkeras.projection.rays import camera_axes


def pose_distance(beams, poses):
    """Half of the squared distance of two unit vectors along the beam: (views, 3) to (views,).

    For small angles it is the published mean squared error of the two angles in radians; unlike
    that one it makes no leap where an angle passes 180 degrees.

    Args:
        beams: (views, 3), as read by the discriminator.
        poses: (views, 12).
    """
    return ops.sum(ops.square(beams - camera_axes(poses)[2]), axis=-1) / 2


def kept_share(images_seen, least, images):
    """The share of pictures that the generator learns from, `max(0.99^(seen / images), least)`."""
    return ops.maximum(0.99 ** (ops.cast(images_seen, "float32") / images), least)


def mean_of_best(values, logits, share):
    """Mean value of the pictures with the highest logits over all replicas (top-k training, Sinha
    et al. 2020), as this replica's part times the number of replicas.

    Args:
        values, logits: (views,) of this replica.
        share: of the pictures of all replicas, in (0, 1]; their number is rounded up.
    """
    ranked = tf.sort(gathered(tf.stop_gradient(logits)), direction="DESCENDING")
    # A rounded share must not ask for one picture more: 0.75 of 8 are 6.
    count = tf.math.ceil(share * tf.cast(tf.size(ranked), tf.float32) - 1e-4)
    kept = tf.cast(logits >= ranked[tf.cast(count, tf.int32) - 1], tf.float32)
    return tf.reduce_sum(kept * values) / count * num_replicas()
