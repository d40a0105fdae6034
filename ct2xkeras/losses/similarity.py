"""DRR supervision: how alike two pictures of the same view are, per example."""

from keras import ops

from ct2xkeras.losses.filters import masked_mean, window_mean

BLACK = -1.0
DATA_RANGE = 2.0  # of pictures in [-1, 1]
SSIM_WINDOW = 7
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # finest first (Wang et al. 2003)
SMALLEST_SIMILARITY = 1e-4


def absolute_difference(images, targets, mask):
    """`|x - y|`, mean over the mask: (b, h, w, 1) each to (b,).

    Between DRR^ and the DRR it is DRR supervision; between G(content, style(X^)) and X^ it is
    self-reconstruction: X^ given back as its own style reference comes out as itself.
    """
    return masked_mean(ops.abs(images - targets), mask)


def structural_similarity(images, targets):
    """Mean SSIM (Wang et al. 2004) over 7 x 7 windows: (b, h, w, 1) each to (b,), at most 1.

    `(2 mx my + c1)(2 sxy + c2) / ((mx^2 + my^2 + c1)(sx^2 + sy^2 + c2))`, c1 = (0.01 L)^2,
    c2 = (0.03 L)^2, L = 2 for pictures in [-1, 1]; means are counted from black, -1, since the
    factor of luminance is made for values of 0 and more.
    """
    luminance, structure = _window_similarity(images, targets)
    return ops.mean(luminance * structure, axis=(1, 2, 3))


def multiscale_structural_similarity(images, targets):
    """MS-SSIM (Wang, Simoncelli & Bovik 2003): (b, h, w, 1) each to (b,), in (0, 1].

    `SSIM_M^w_M * prod_{j < M} CS_j^w_j`: each scale is the one before halved by 2 x 2 means (an odd
    last row or column is dropped), and CS is SSIM's factor of contrast and structure. Of the
    paper's five scales those count whose sides hold a 7 x 7 window (sides of 32: 3, 64: 4, from
    112: 5), their exponents scaled to sum 1. With one scale it is `structural_similarity`.

    A factor below 1e-4 (a negative one has no power) counts as 1e-4 and passes no gradient on:
    pictures that are each other's negatives need another term, as `absolute_difference`.

    Raises:
        ValueError: if a picture is smaller than the window.
    """
    num_scales = _num_scales(*images.shape[1:3])
    value = 1.0
    for scale in range(num_scales):
        luminance, similarity = _window_similarity(images, targets)
        if scale == num_scales - 1:
            similarity = luminance * similarity
        factor = ops.maximum(ops.mean(similarity, axis=(1, 2, 3)), SMALLEST_SIMILARITY)
        value *= ops.power(factor, SCALE_WEIGHTS[scale] / sum(SCALE_WEIGHTS[:num_scales]))
        if scale < num_scales - 1:
            images, targets = (ops.average_pool(x, 2, strides=2) for x in (images, targets))
    return value


def _num_scales(height, width):
    side = min(height, width)
    if side < SSIM_WINDOW:
        raise ValueError(
            f"MS-SSIM needs pictures of {SSIM_WINDOW} x {SSIM_WINDOW} or more; "
            f"received {height} x {width}."
        )
    return sum(side >> scale >= SSIM_WINDOW for scale in range(len(SCALE_WEIGHTS)))


def _window_similarity(images, targets):
    """SSIM's two factors at each window, luminance and structure: two (b, h - 6, w - 6, 1)."""
    c1, c2 = (0.01 * DATA_RANGE) ** 2, (0.03 * DATA_RANGE) ** 2
    # Variances of centred pictures: in float32, E[x^2] - E[x]^2 cancels on bright flat pictures.
    mean_image = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    mean_target = ops.mean(targets, axis=(1, 2, 3), keepdims=True)
    x, y = images - mean_image, targets - mean_target
    moments = window_mean(ops.concatenate([x, y, x * x, y * y, x * y], axis=-1), SSIM_WINDOW)
    dx, dy, xx, yy, xy = ops.split(moments, 5, axis=-1)
    mean_x, mean_y = dx + mean_image - BLACK, dy + mean_target - BLACK
    # What cancellation is left (half of a picture flat at 1000) must not turn the sign.
    variances = ops.maximum(xx - dx * dx, 0.0) + ops.maximum(yy - dy * dy, 0.0)
    luminance = (2 * mean_x * mean_y + c1) / (ops.square(mean_x) + ops.square(mean_y) + c1)
    return luminance, (2 * (xy - dx * dy) + c2) / (variances + c2)
