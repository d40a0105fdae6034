"""Doubling of pictures, differentiable to every order.

TensorFlow's own bilinear resize has a silently wrong second derivative, which the R1 penalty would
meet in a discriminator; sums of shifted pictures have none of that and fuse under XLA.
"""

from keras import ops


def _double(images, axis):
    """Double one axis: new pixels lie a quarter of an old pixel to either side of its centre."""
    length = images.shape[axis]
    index = ops.arange(length)
    before = ops.take(images, ops.maximum(index - 1, 0), axis=axis)
    after = ops.take(images, ops.minimum(index + 1, length - 1), axis=axis)
    pairs = ops.stack([0.75 * images + 0.25 * before, 0.75 * images + 0.25 * after], axis + 1)
    shape = list(images.shape)
    shape[axis] = 2 * length
    return ops.reshape(pairs, [-1, *shape[1:]])


def upsample(images):
    """Bilinear doubling with edges repeated: (batch, h, w, channels) to (batch, 2h, 2w, channels).

    Height and width must be known; the batch size need not be.
    """
    return _double(_double(images, 1), 2)
