"""How far a generator's views are from the DRRs of a CT."""

from keras import ops

from ct2xkeras.losses import structure_loss

SCALES, SMALLEST = 3, 8  # at most; pixels along the sides of the smallest


def fit_loss(pictures, drrs, coverage):
    """Mean structure loss of the pictures, of their halves and of their quarters: (views,).

    Coarse edges overlap, and so pull each other together, where fine ones miss each other.

    Args:
        pictures: (views, side, side, 1), in any tone.
        drrs, coverage: (views, n side, n side, 1), of the same views; averaged where n > 1.
    """
    times = drrs.shape[1] // pictures.shape[1]
    if times > 1:
        drrs, coverage = _smaller(drrs, times), _smaller(coverage, times)
    losses = [structure_loss(pictures, drrs, coverage)]
    while len(losses) < SCALES and pictures.shape[1] >= 2 * SMALLEST:
        pictures, drrs, coverage = (_smaller(x, 2) for x in (pictures, drrs, coverage))
        losses.append(structure_loss(pictures, drrs, coverage))
    return sum(losses) / len(losses)


def _smaller(images, times):
    return ops.average_pool(images, times, strides=times)
