"""Training batches as flat lists of views, and moved copies of style references."""

import tensorflow as tf

MOVE = 8  # a moved copy is shifted by up to an eighth of the picture's side


def flatten_views(batch):
    """A batch of b volumes with k views each as b * k views that point to their volumes.

    Args:
        batch: volume (b, ...), spacing (b, 3) and any number of per-view entries (b, k, ...).

    Returns:
        The same dictionary with per-view entries (b * k, ...) and `volume_index` (b * k,) added.
    """
    per_volume = ("volume", "spacing")
    num_volumes, num_views = tf.unstack(tf.shape(batch["pose"])[:2])
    views = {
        name: value if name in per_volume else tf.reshape(value, [-1, *value.shape[2:]])
        for name, value in batch.items()
    }
    views["volume_index"] = tf.repeat(tf.range(num_volumes), num_views)
    return views


def moved_copies(images, key):
    """Mirrored copies, shifted with reflection by a random amount: the same look, another picture.

    Args:
        images: (batch, height, width, channels).
        key: (2,), see `step_key`; every replica moves its pictures alike.
    """
    height, width = images.shape[1:3]
    pad = height // MOVE
    row, column = tf.unstack(
        tf.random.stateless_uniform([2], key, 0, 2 * pad + 1, tf.int32, alg="philox")
    )
    padded = tf.pad(images, [[0, 0], [pad, pad], [pad, pad], [0, 0]], mode="REFLECT")
    moved = tf.slice(padded, [0, row, column, 0], [-1, height, width, images.shape[3]])
    return tf.reverse(moved, axis=[2])
