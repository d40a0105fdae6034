"""Quantiles of the grey values of a batch of pictures, each within a mask of its own."""

from keras import ops


def masked_quantiles(images, mask, shares):
    """Quantiles, interpolated linearly between the two nearest pixels as NumPy does.

    Args:
        images: (batch, height, width, 1).
        mask: (batch, height, width, 1), boolean, true at one pixel or more of each picture.
        shares: (n,), in [0, 1].

    Returns:
        (batch, n).
    """
    pixels = images.shape[1] * images.shape[2]
    inside = ops.reshape(mask, (-1, pixels))
    # What is outside of the mask comes last in order, and is never reached.
    order = ops.sort(ops.where(inside, ops.reshape(images, (-1, pixels)), float("inf")), axis=-1)
    last = ops.sum(ops.cast(inside, "float32"), axis=-1, keepdims=True) - 1
    place = last * ops.convert_to_tensor(shares, "float32")[None]
    below, above = ops.floor(place), ops.ceil(place)
    low, high = (ops.take_along_axis(order, ops.cast(i, "int32"), 1) for i in (below, above))
    return low + (place - below) * (high - low)


def or_everywhere(mask, smallest):
    """The mask (batch, height, width, 1); all pixels where no more than that share is in it."""
    share = ops.mean(ops.cast(mask, "float32"), axis=(1, 2, 3), keepdims=True)
    return ops.logical_or(mask, share <= smallest)
