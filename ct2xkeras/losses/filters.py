"""Small fixed filters that several losses share: means over windows, and gradients."""

from keras import ops


def window_mean(images, size):
    """Mean over size x size windows that lie inside: (b, h, w, c) to (b, h-size+1, w-size+1, c)."""
    return ops.average_pool(images, size, strides=1, padding="valid")


def central_gradients(images):
    """Central differences of the inner pixels: (b, h, w, c) to two (b, h-2, w-2, c), rows first."""
    rows = images[:, 2:, 1:-1] - images[:, :-2, 1:-1]
    columns = images[:, 1:-1, 2:] - images[:, 1:-1, :-2]
    return rows / 2, columns / 2


def masked_mean(values, mask):
    """Mean of (b, h, w, c), pixels weighted by the mask (b, h, w, 1), such as a coverage: (b,).

    0 where all weights are.
    """
    axes = (1, 2, 3)
    weights = ops.broadcast_to(mask, ops.shape(values))
    return ops.sum(values * weights, axis=axes) / ops.maximum(ops.sum(weights, axis=axes), 1.0)
