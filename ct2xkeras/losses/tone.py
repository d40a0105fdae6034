"""Tone: an X-ray takes the grey values of its style reference, wherever they are."""

from keras import ops

SIDE = 32


def tone_curve(images):
    """A picture's grey values in order, after a reduction to 32 x 32: (b, h, w, 1) to (b, 1024).

    Height and width are multiples of 32. The reduction makes pictures of all sizes comparable and
    keeps single bright letters from counting.
    """
    height, width = images.shape[1:3]
    if height % SIDE or width % SIDE:
        raise ValueError(
            f"Tone needs pictures whose sides are multiples of {SIDE}; received {height} x {width}."
        )
    window = (height // SIDE, width // SIDE)
    reduced = ops.average_pool(images, window, strides=window)
    return ops.sort(ops.reshape(reduced, [-1, SIDE * SIDE]), axis=-1)


def tone_distance(images, references):
    """Mean absolute difference of tone curves: two (b, h, w, 1) to (b,).

    It is the 1-Wasserstein distance between the two distributions of grey values.
    """
    return ops.mean(ops.abs(tone_curve(images) - tone_curve(references)), axis=-1)
