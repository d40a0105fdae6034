"""Sharpness: an X-ray's edges are as strong as its style reference's, wherever they are."""

from keras import ops

from ct2xkeras.losses.filters import central_gradients

EPSILON = 1e-6  # a flat picture's gradient has no direction


def edge_curve(images):
    """Sizes of a picture's gradients in order: (b, h, w, 1) to (b, (h - 2) * (w - 2)).

    Half of the grey values' difference across two pixels; the outermost pixels do not count.
    """
    rows, columns = central_gradients(images)
    sizes = ops.sqrt(ops.square(rows) + ops.square(columns) + EPSILON)
    _, height, width, _ = sizes.shape
    return ops.sort(ops.reshape(sizes, [-1, height * width]), axis=-1)


def sharpness_distance(images, references):
    """Mean absolute difference of edge curves: two (b, h, w, 1) to (b,).

    It is the 1-Wasserstein distance between the two distributions of gradients' sizes, as
    `tone_distance` is of grey values. Where edges lie does not count.
    """
    return ops.mean(ops.abs(edge_curve(images) - edge_curve(references)), axis=-1)
