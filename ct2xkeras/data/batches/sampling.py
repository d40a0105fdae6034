"""Which CT, pose and radiograph a view takes, and how the radiograph is cropped.

Everything is a function of (seed, number of the view): a run that goes on at any batch sees what
an undisturbed one would have seen. Choices walk through seeded permutations, so that each item
comes once before any comes twice.
"""

import tensorflow as tf

# Orders of one seed that are kept apart; each CT's poses have their own, from the last one on.
_CTS, _XRAYS, _POSES = 0, 2, 5
# Random numbers of one seed that are kept apart, below 8.
CROP, FLIP, WARP, TONE, MIRROR = 3, 4, 5, 6, 7


def permuted(position, length: int, seed, stream):
    """The items at positions of endlessly many passes, each in its own order; int32.

    Args:
        position: int64 tensor, 0 and up; a scalar, or of shape (n,).
        length: items in one pass.
    """
    turn = position // length  # below 2^31
    words = (tf.cast(word, tf.int32) for word in (seed, stream, turn))
    # The public wrapper takes two words only; seed, stream and turn need three.
    key = tf.stack([tf.broadcast_to(word, tf.shape(turn)) for word in words], axis=-1)
    last = tf.constant(length - 1, tf.int64)
    index = tf.raw_ops.RandomIndexShuffle(index=position % length, seed=key, max_index=last)
    return tf.cast(index, tf.int32)


def choose_ct(number, num_cts: int, seed):
    """The CT of the `number`-th volume."""
    return permuted(number, num_cts, seed, _CTS)


def choose_poses(number, ct, num_cts: int, num_poses: int, num_views: int, seed):
    """The poses (num_views,) at the `number`-th volume, which is `ct` of `num_cts`.

    A CT comes once in each pass through the CTs; its poses go on where they stopped.
    """
    first = (number // num_cts) * num_views
    positions = first + tf.range(num_views, dtype=tf.int64)
    return permuted(positions, num_poses, seed, _POSES + ct)


def choose_xrays(number, num_xrays: int, seed):
    """The radiographs of the views with these numbers."""
    return permuted(number, num_xrays, seed, _XRAYS)


def random_crop(image, number, size, crop, flip, seed):
    """A random part of a stored radiograph, sometimes mirrored.

    The part stays inside the middle `crop[1]` of the picture.

    Args:
        image: (h, w, 1), of the proportions of `size`.
        number: of the view, scalar int64.
        size: (rows, columns) of the result.
        crop: (lowest, highest) share of each side that is shown.
        flip: probability of mirroring left and right.
    """
    share, down, right = tf.unstack(uniform(number, 3, seed, CROP))
    share = crop[0] + (crop[1] - crop[0]) * share
    shift = (crop[1] - share) / 2 * (2 * tf.stack([down, right]) - 1)
    part = cropped(image, size, share, shift)
    mirrored = uniform(number, 1, seed, FLIP)[0] < flip
    return tf.where(mirrored, tf.reverse(part, [1]), part)


def cropped(image, size, share, shift=(0.0, 0.0)):
    """`share` of each side of (h, w, 1) about its middle, resized with antialiasing.

    Args:
        shift: of the part's middle, in shares of the sides (down, right).
    """
    sides = tf.cast(tf.shape(image)[:2], tf.float32)
    length = tf.maximum(tf.round(share * sides), 1)
    start = tf.round((sides - length) / 2 + shift * sides)
    start = tf.clip_by_value(start, 0, sides - length)
    begin, length = tf.cast(start, tf.int32), tf.cast(length, tf.int32)
    part = tf.slice(image, tf.concat([begin, [0]], 0), tf.concat([length, [-1]], 0))
    return tf.ensure_shape(tf.image.resize(part, size, antialias=True), (*size, 1))


def uniform(number, count: int, seed, stream):
    """Random numbers (count,) in [0, 1) for the `number`-th example of a stream."""
    key = tf.stack([tf.cast(seed, tf.int64) * 8 + stream, tf.cast(number, tf.int64)])
    return tf.random.stateless_uniform([count], key, alg="philox")
