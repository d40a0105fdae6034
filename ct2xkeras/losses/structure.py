"""Structure: edges of the X-ray lie where those of the DRR lie (our answer to lost anatomy)."""

from keras import ops

from ct2xkeras.losses.filters import central_gradients

EPSILON = 1e-6


def _correlation(a, b, weights):
    """Weighted, uncentred correlation over pixels: (b, h, w, 1) each to (b,)."""
    axes = (1, 2, 3)
    product = ops.sum(weights * a * b, axis=axes)
    energy = ops.sum(weights * a * a, axis=axes) * ops.sum(weights * b * b, axis=axes)
    return product / ops.sqrt(energy + EPSILON)


def gradient_correlation(images, targets, mask):
    """Normalised correlation of the pictures' gradients, mean of rows and columns.

    Unchanged when a picture's brightness is shifted or its contrast scaled; 1 for equal pictures,
    about 0 for unrelated ones. Flat pictures give 0.

    Args:
        images, targets: (batch, height, width, 1).
        mask: (batch, height, width, 1), where to look; the picture's outermost pixels never count.

    Returns:
        (batch,) in [-1, 1].
    """
    weights = mask[:, 1:-1, 1:-1]
    pairs = zip(central_gradients(images), central_gradients(targets), strict=True)
    rows, columns = (_correlation(a, b, weights) for a, b in pairs)
    return (rows + columns) / 2


def structure_loss(images, drrs, mask):
    """`1 - gradient_correlation`: (b, h, w, 1) each to (b,)."""
    return 1 - gradient_correlation(images, drrs, mask)
