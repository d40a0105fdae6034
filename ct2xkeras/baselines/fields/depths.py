"""Where along a ray a field is evaluated: evenly, then where it matters (NeRF, Mildenhall et al.
2020, section 5.2)."""

from keras import ops

FLOOR = 1e-5  # of a weight: an empty ray is sampled evenly


def _quantiles(num, fractions):
    """`(i + fraction) / num`, i = 0 ... num - 1; without fractions the middle of each part."""
    return (ops.arange(num, dtype="float32") + (0.5 if fractions is None else fractions)) / num


def stratified_depths(near, far, num, fractions=None):
    """One depth in each of `num` equal parts of the way from near to far, in order.

    Args:
        near, far: (..., 1).
        fractions: (..., num) random numbers in [0, 1), the place within a part; None: its middle.

    Returns:
        (..., num).
    """
    return near + (far - near) * _quantiles(num, fractions)


def importance_depths(depths, weights, num, fractions=None):
    """Depths whose density along the ray follows the weights, by inverse transform sampling.

    A sample's weight spreads evenly between the middles to its two neighbours; the outermost
    samples only bound the outermost of these intervals. No gradient flows through the result.

    Args:
        depths: (..., samples), in order, at least three.
        weights: (..., samples), >= 0, of any sum.
        fractions: (..., num) random numbers in [0, 1), each within its own of `num` parts of equal
            weight; None: the middles of the parts.

    Returns:
        (..., num), in order.
    """
    depths, weights = ops.stop_gradient(depths), ops.stop_gradient(weights)
    edges = (depths[..., 1:] + depths[..., :-1]) / 2
    weights = weights[..., 1:-1] + FLOOR
    share = weights / ops.sum(weights, axis=-1, keepdims=True)
    before = ops.cumsum(share, axis=-1) - share
    # The way that a quantile has gone is the sum of its ways through all intervals.
    passed = (_quantiles(num, fractions)[..., None] - before[..., None, :]) / share[..., None, :]
    widths = edges[..., 1:] - edges[..., :-1]
    way = ops.matmul(ops.clip(passed, 0.0, 1.0), widths[..., None])[..., 0]
    return edges[..., :1] + way


def merge_depths(coarse, fine):
    """Both sets of depths in order.

    Args:
        coarse: (..., n); fine: (..., m).

    Returns:
        depths (..., n + m), and the order for `reorder`.
    """
    depths = ops.concatenate([coarse, fine], axis=-1)
    order = ops.argsort(depths, axis=-1)
    return reorder(depths, order), order


def reorder(values, order):
    """Values of the coarse samples, then of the fine ones, in the order of their depths.

    Args:
        values: (N, rows, columns, samples, ...).
        order: (N, rows, columns, samples), of `merge_depths`.

    Returns:
        As `values`.
    """
    num = values.shape[3]
    flat = ops.reshape(values, [-1, *values.shape[4:]])
    place = ops.reshape(ops.cast(order, "int32"), [-1, num])
    place = place + num * ops.arange(ops.shape(place)[0], dtype="int32")[:, None]
    return ops.reshape(ops.take(flat, ops.reshape(place, [-1]), axis=0), ops.shape(values))
