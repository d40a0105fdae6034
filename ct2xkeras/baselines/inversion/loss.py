"""How far a generator's views are from the DRRs of a CT."""

from keras import ops

from ct2xkeras.losses import structure_loss

SCALES, SMALLEST = 2, 8  # at most; pixels along the sides of the smallest
TONE = 1.0  # weight of the tone


def tone(pictures):
    """Mean and standard deviation of grey: (views, side, side, 1) to (views, 2)."""
    grey = ops.reshape(pictures, [ops.shape(pictures)[0], -1])
    return ops.stack([ops.mean(grey, axis=1), ops.std(grey, axis=1)], axis=1)


def fit_loss(pictures, drrs, coverage, tones):
    """Structure loss of the pictures and their halves, and squared change of tone: (views,).

    Coarse edges overlap, and so pull each other together, where fine ones miss each other. Edges
    have no tone: without the second term pictures come out in greys that no radiograph has.

    Args:
        pictures: (views, side, side, 1).
        drrs, coverage: (views, n side, n side, 1), of the same views; averaged where n > 1.
        tones: (views, 2), see `tone`.
    """
    change = ops.sum(ops.square(tone(pictures) - tones), axis=1)
    times = drrs.shape[1] // pictures.shape[1]
    if times > 1:
        drrs, coverage = _smaller(drrs, times), _smaller(coverage, times)
    losses = [structure_loss(pictures, drrs, coverage)]
    while len(losses) < SCALES and pictures.shape[1] >= 2 * SMALLEST:
        pictures, drrs, coverage = (_smaller(x, 2) for x in (pictures, drrs, coverage))
        losses.append(structure_loss(pictures, drrs, coverage))
    return sum(losses) / len(losses) + TONE * change


def _smaller(images, times):
    return ops.average_pool(images, times, strides=times)
