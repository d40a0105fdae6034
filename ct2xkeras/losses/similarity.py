"""DRR supervision: how alike two pictures of the same view are, per example."""

from keras import ops

from ct2xkeras.losses.filters import masked_mean, window_mean

DATA_RANGE = 2.0  # of pictures in [-1, 1]
SSIM_WINDOW = 7


def absolute_difference(images, targets, mask):
    """`|x - y|`, mean over the mask: (b, h, w, 1) each to (b,)."""
    return masked_mean(ops.abs(images - targets), mask)


def structural_similarity(images, targets):
    """Mean SSIM (Wang et al. 2004) over 7 x 7 windows: (b, h, w, 1) each to (b,), at most 1.

    `(2 mx my + c1)(2 sxy + c2) / ((mx^2 + my^2 + c1)(sx^2 + sy^2 + c2))`, c1 = (0.01 L)^2,
    c2 = (0.03 L)^2, L = 2 for pictures in [-1, 1].
    """
    c1, c2 = (0.01 * DATA_RANGE) ** 2, (0.03 * DATA_RANGE) ** 2
    # Variances of centred pictures: in float32, E[x^2] - E[x]^2 cancels on bright flat pictures.
    shift = ops.mean(targets, axis=(1, 2, 3), keepdims=True)
    x, y = images - shift, targets - shift
    moments = window_mean(ops.concatenate([x, y, x * x, y * y, x * y], axis=-1), SSIM_WINDOW)
    dx, dy, xx, yy, xy = ops.split(moments, 5, axis=-1)
    mean_x, mean_y = dx + shift, dy + shift
    variance_x, variance_y, covariance = xx - dx * dx, yy - dy * dy, xy - dx * dy
    luminance = (2 * mean_x * mean_y + c1) / (ops.square(mean_x) + ops.square(mean_y) + c1)
    structure = (2 * covariance + c2) / (variance_x + variance_y + c2)
    return ops.mean(luminance * structure, axis=(1, 2, 3))


def drr_similarity(images, drrs, mask):
    """DRR supervision of figure 2, `|DRR^ - DRR| + (1 - SSIM)`: (b, h, w, 1) each to (b,)."""
    return absolute_difference(images, drrs, mask) + 1 - structural_similarity(images, drrs)
