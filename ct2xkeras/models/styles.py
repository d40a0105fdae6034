"""Arithmetic of style codes: truncation towards the mean, and ways between two styles."""

from keras import ops


def truncate_styles(codes, mean, truncation):
    """Codes moved towards the mean style, `mean + truncation * (code - mean)`.

    Args:
        codes: (batch, size); mean: (size,).
        truncation: 1 leaves codes as they are, 0 gives the mean style, above 1 exaggerates.

    Returns:
        (batch, size).
    """
    return mean + truncation * (codes - mean)


def interpolate_styles(first, second, num):
    """`num` codes on the straight way between two, both included: two (size,) to (num, size)."""
    share = ops.reshape(ops.arange(num, dtype="float32") / max(num - 1, 1), (-1, 1))
    return ops.convert_to_tensor(first) * (1 - share) + ops.convert_to_tensor(second) * share
